package io.github.postgresxa.samples.bank.money;

import java.util.Collection;
import java.util.List;
import java.util.UUID;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/** Everything that happens in transactions: one per method, over as many nodes as it touches. */
@Component
public class Bookkeeper {

    private final Banks banks;

    Bookkeeper(Banks banks) {
        this.banks = banks;
    }

    /** Books both legs or none, whatever crashes. This is all that an application does for it. */
    @Transactional
    void post(Transfer transfer) {
        for (Leg leg : transfer.legs()) {
            banks.of(leg.account()).post(transfer.id(), leg);
        }
    }

    /**
     * {@return all accounts}
     *
     * <p>Each node shows what is committed there, but not all at the same moment: half of a transfer that is ending
     * can be visible.
     */
    @Transactional(readOnly = true)
    public List<Account> accounts() {
        return banks.all().stream().flatMap(bank -> bank.accounts().stream()).toList();
    }

    @Transactional(readOnly = true, timeout = 3)
    List<Leg> legs(UUID transfer, Collection<Bank> asked) {
        return asked.stream().flatMap(bank -> bank.legs(transfer).stream()).toList();
    }
}
