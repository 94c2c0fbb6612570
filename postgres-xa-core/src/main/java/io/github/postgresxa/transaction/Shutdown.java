package io.github.postgresxa.transaction;

import io.github.postgresxa.ActiveTransaction;
import io.github.postgresxa.TransactionId;
import io.github.postgresxa.log.LogMessages;
import jakarta.transaction.SystemException;
import jakarta.transaction.TransactionManager;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Waits for the transactions of a process that closes, and says what it waits for. It does not wait for what its own
 * thread has begun: that thread cannot end it any more.
 */
public final class Shutdown {

    private static final Logger LOG = LoggerFactory.getLogger(Shutdown.class);

    /** An operator recognizes the cause from a few of them. */
    private static final int SHOWN = 5;

    private final TransactionManager manager;
    private final Transactions transactions;
    private final boolean managerIsOurs;

    /**
     * Creates a shutdown.
     *
     * @param manager the transaction manager
     * @param transactions its transactions over the nodes
     * @param managerIsOurs whether we started the manager; if not, its transactions are for its owner to end
     */
    public Shutdown(TransactionManager manager, Transactions transactions, boolean managerIsOurs) {
        this.manager = manager;
        this.transactions = transactions;
        this.managerIsOurs = managerIsOurs;
    }

    /**
     * Waits until the current transactions have ended, while they may begin others; then refuses new ones. Logs what it
     * waits for, and what is left.
     *
     * @param limit how long to wait at most
     */
    public void await(Duration limit) {
        endOwn();
        tell(limit);
        if (!transactions.close(limit)) {
            List<ActiveTransaction> left = transactions.underWayNow();
            LOG.warn(LogMessages.CUT_SHORT, left.size(), text(left));
        }
    }

    private void tell(Duration limit) {
        List<ActiveTransaction> current = transactions.underWayNow();
        if (!current.isEmpty()) {
            LOG.info(LogMessages.CLOSING, limit.toSeconds(), current.size(), text(current));
        }
    }

    /** Ends the transaction of the calling thread as far as that is ours to do, and lets none wait for it. */
    public void endOwn() {
        GlobalTransaction ours = transactions.own();
        if (ours == null || transactions.underWayNow().stream().noneMatch(t -> t.id().equals(ours.id()))) {
            return;
        }
        TransactionId own = ours.id();
        LOG.warn(LogMessages.CLOSED_INSIDE, own);
        try {
            if (managerIsOurs) {
                manager.rollback();
            } else {
                manager.setRollbackOnly();
            }
        } catch (SystemException | RuntimeException | Error e) {
            LOG.warn(LogMessages.ROLLBACK_FAILED, own, e);
        }
        transactions.leaveOwn();
    }

    private static String text(List<ActiveTransaction> current) {
        String shown = current.stream()
                .limit(SHOWN)
                .map(t -> "%s (%s for %d s on %s)"
                        .formatted(t.id(), t.phase(), t.age().toSeconds(), String.join(", ", t.nodes())))
                .collect(Collectors.joining(", "));
        return current.size() <= SHOWN ? shown : shown + ", …";
    }
}
