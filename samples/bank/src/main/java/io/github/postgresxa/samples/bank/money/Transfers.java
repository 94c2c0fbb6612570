package io.github.postgresxa.samples.bank.money;

import io.github.postgresxa.samples.bank.money.TransferRefusedException.Reason;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.stereotype.Component;
import org.springframework.transaction.HeuristicCompletionException;
import org.springframework.transaction.TransactionException;
import org.springframework.transaction.TransactionSystemException;

/**
 * Transfers as clients see them: each is carried out once, however often it is sent.
 *
 * <p>The ledger itself remembers what was done. It is written in the transaction that moves the money, so it cannot
 * disagree with the balances.
 */
@Component
public final class Transfers {

    private static final Logger LOG = LoggerFactory.getLogger(Transfers.class);

    private final Bookkeeper bookkeeper;
    private final Banks banks;

    Transfers(Bookkeeper bookkeeper, Banks banks) {
        this.bookkeeper = bookkeeper;
        this.banks = banks;
    }

    /**
     * Carries out a transfer whose id the client has chosen, and may have used for another one.
     *
     * <p>If the other one touched the same banks, the ledger's primary key finds it. If not, the other banks are
     * queried as far as they answer: a node that is down must not stop a transfer that does not need it.
     *
     * @return as {@link #submit}
     */
    public boolean submitOnce(Transfer transfer) {
        if (banks.besides(transfer).stream().anyMatch(bank -> knows(bank, transfer))) {
            throw idTaken(transfer);
        }
        return submit(transfer);
    }

    private boolean knows(Bank bank, Transfer transfer) {
        try {
            return !bookkeeper.legs(transfer.id(), List.of(bank)).isEmpty();
        } catch (NodeUnavailableException | TransactionException e) {
            LOG.debug("The bank on {} could not be queried for {}", bank.node(), transfer.id(), e);
            return false;
        }
    }

    /**
     * Carries out a transfer.
     *
     * @return whether money was moved now; false if this very transfer was carried out before
     * @throws TransferRefusedException if it cannot be carried out
     * @throws NodeUnavailableException if one of its nodes does not answer; nothing was moved
     * @throws OutcomeUnknownException if the reply to its commit was lost
     */
    public boolean submit(Transfer transfer) {
        try {
            bookkeeper.post(transfer);
            return true;
        } catch (DuplicateKeyException e) {
            refuseUnlessSame(transfer);
            return false;
        } catch (HeuristicCompletionException e) {
            throw new OutcomeUnknownException(transfer.id(), e);
        } catch (TransactionSystemException e) {
            throw afterFailedEnd(transfer, e);
        }
    }

    /** If the method itself failed, no commit was sent, and a failed rollback does not turn into one. */
    private static RuntimeException afterFailedEnd(Transfer transfer, TransactionSystemException e) {
        return e.getApplicationException() instanceof RuntimeException reason
                ? reason
                : new OutcomeUnknownException(transfer.id(), e);
    }

    /** The other leg may not be visible yet, but one is enough. */
    private void refuseUnlessSame(Transfer transfer) {
        var found = bookkeeper.legs(transfer.id(), banks.of(transfer));
        if (!new HashSet<>(transfer.legs()).containsAll(found)) {
            throw idTaken(transfer);
        }
    }

    private static TransferRefusedException idTaken(Transfer transfer) {
        return new TransferRefusedException(
                Reason.ID_TAKEN, "The id %s belongs to another transfer".formatted(transfer.id()));
    }

    /**
     * {@return the legs of a transfer in the ledgers of both banks: two legs, or none}
     *
     * <p>While the transfer is ending there can be one: the other is prepared and will follow.
     */
    public List<Leg> legs(UUID transfer) {
        return bookkeeper.legs(transfer, banks.all()).stream()
                .sorted(Comparator.comparing(Leg::number))
                .toList();
    }
}
