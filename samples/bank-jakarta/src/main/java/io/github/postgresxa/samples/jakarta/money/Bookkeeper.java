package io.github.postgresxa.samples.jakarta.money;

import io.github.postgresxa.cdi.Node;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.context.Initialized;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import javax.sql.DataSource;

/** Everything that happens in transactions: one per method, over as many nodes as it touches. */
@ApplicationScoped
public class Bookkeeper {

    private static final Logger LOG = System.getLogger(Bookkeeper.class.getName());

    private List<Bank> banks;

    /** For the container's proxies. */
    protected Bookkeeper() {}

    @Inject
    Bookkeeper(@Node("east") DataSource east, @Node("west") DataSource west) {
        this.banks = List.of(new Bank("east", east), new Bank("west", west));
    }

    /** A node that is down now keeps its bank closed, and not the other one. */
    void open(@Observes @Initialized(ApplicationScoped.class) Object context) {
        for (Bank bank : banks) {
            try {
                bank.open();
            } catch (SQLException e) {
                LOG.log(Level.WARNING, "The bank at " + bank.node() + " could not be opened.", e);
            }
        }
    }

    /** Books both legs or none, whatever crashes. This is all that an application does for it. */
    @Transactional(rollbackOn = SQLException.class)
    public void post(Transfer transfer) throws SQLException {
        for (Leg leg : transfer.legs()) {
            of(leg.account()).post(transfer.id(), leg);
        }
    }

    /**
     * Lists all accounts. Each node shows what is committed there, but not all at the same moment: half of a transfer
     * that is ending can be visible.
     */
    @Transactional(rollbackOn = SQLException.class)
    public List<Account> accounts() throws SQLException {
        List<Account> all = new ArrayList<>();
        for (Bank bank : banks) {
            all.addAll(bank.accounts());
        }
        return all;
    }

    /** Returns what the ledgers have of a transfer. */
    @Transactional(rollbackOn = SQLException.class)
    public List<Leg> legs(UUID transfer) throws SQLException {
        List<Leg> all = new ArrayList<>();
        for (Bank bank : banks) {
            all.addAll(bank.legs(transfer));
        }
        return all;
    }

    private Bank of(AccountId account) {
        return banks.stream()
                .filter(bank -> bank.node().equals(account.node()))
                .findFirst()
                .orElseThrow(() -> new TransferRefusedException("There is no account %s".formatted(account)));
    }
}
