package io.github.postgresxa.manager.narayana;

import com.arjuna.ats.internal.jta.transaction.arjunacore.TransactionImple;
import io.github.postgresxa.manager.JtaManager;
import io.github.postgresxa.manager.nodelog.NodeLog;
import io.github.postgresxa.manager.nodelog.NodeLogRecovery;
import io.github.postgresxa.prepared.ManagerRecovery;
import io.github.postgresxa.transaction.ManagerHints;
import io.github.postgresxa.transaction.TimeLimit;
import jakarta.transaction.TransactionManager;
import jakarta.transaction.TransactionSynchronizationRegistry;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The embedded Narayana. Several instances in one process share its one static core. */
public final class NarayanaManager implements JtaManager {

    private final NarayanaCore.Lease lease;
    private final TransactionSynchronizationRegistry registry = new OpenRegistry();
    private final GuardedManager manager = new GuardedManager();
    private final ManagerHints hints = new MixedTransactions();
    private final Duration defaultTimeout;
    private final NodeLogRecovery recovery;

    private NarayanaManager(NarayanaCore.Lease lease, Duration defaultTimeout, NodeLogRecovery recovery) {
        this.lease = lease;
        this.defaultTimeout = defaultTimeout;
        this.recovery = recovery;
    }

    /**
     * Starts Narayana, or joins the one that another instance has started in this process.
     *
     * @param defaultTimeout of transactions that name none
     * @param recovery what the instance's recovery does for it
     * @return the manager
     * @throws io.github.postgresxa.InvalidConfigurationException if the application itself runs Narayana
     */
    public static NarayanaManager open(Duration defaultTimeout, ManagerRecovery recovery) {
        NarayanaCore.Lease lease = NarayanaCore.acquire();
        try {
            // A log of its own elsewhere does not keep it from ending what others have left.
            NodeLog log = NarayanaCore.nodeLog();
            NarayanaManager manager = new NarayanaManager(
                    lease,
                    defaultTimeout,
                    new NodeLogRecovery(log == null ? NodeLog.ofNoManager() : log, recovery, NarayanaCore.others()));
            if (log == null) {
                lease.recovers(recovery.forManager(NarayanaCore::isOurs));
            }
            return manager;
        } catch (Throwable e) {
            lease.release();
            throw e;
        }
    }

    @Override
    public List<Task> tasks() {
        return recovery.tasks();
    }

    @Override
    public TransactionManager transactionManager() {
        return manager;
    }

    @Override
    public Duration defaultTimeout() {
        return defaultTimeout;
    }

    @Override
    public TransactionSynchronizationRegistry registry() {
        return registry;
    }

    /** Narayana passes the whole timeout to a resource, and can be asked for what is left of it. */
    @Override
    public @Nullable TimeLimit limit(int seconds) {
        if (seconds <= 0) {
            return null;
        }
        Duration asked = Duration.ofSeconds(seconds);
        TransactionImple current = TransactionImple.getTransaction();
        long left = current == null ? 0 : current.getRemainingTimeoutMills();
        // It cuts off what is less than a millisecond. If it does not know, that is 0.
        return TimeLimit.endsIn(left == 0 ? asked : Duration.ofMillis(left + 1), asked);
    }

    @Override
    public ManagerHints hints() {
        return hints;
    }

    @Override
    public String title() {
        return "the embedded Narayana";
    }

    @Override
    public void close() {
        manager.close();
        recovery.close();
        lease.release();
    }
}
