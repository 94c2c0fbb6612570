package io.github.postgresxa.samples.bank.web;

import io.github.postgresxa.samples.bank.money.Transfers;
import java.net.URI;
import java.util.UUID;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ResponseStatusException;

/** Moves money, and shows the outcome of a transfer. */
@RestController
@RequestMapping("/api/transfers")
final class TransferController {

    private final Transfers transfers;

    TransferController(Transfers transfers) {
        this.transfers = transfers;
    }

    /** Answers 201 if money was moved now, and 200 with the same body if it was moved before. */
    @PostMapping
    ResponseEntity<Receipt> submit(@RequestBody TransferRequest request) {
        var transfer = request.toTransfer();
        boolean now = request.hasId() ? transfers.submitOnce(transfer) : transfers.submit(transfer);
        var place = URI.create("/api/transfers/" + transfer.id());
        var answer = now ? ResponseEntity.created(place) : ResponseEntity.ok().location(place);
        return answer.body(Receipt.of(transfer));
    }

    @GetMapping("/{id}")
    Trace find(@PathVariable UUID id) {
        var legs = transfers.legs(id);
        if (legs.isEmpty()) {
            throw new ResponseStatusException(
                    HttpStatus.NOT_FOUND,
                    "No ledger holds transfer %s. Either it moved nothing, or it is still in progress.".formatted(id));
        }
        return Trace.of(id, legs);
    }
}
