package io.github.postgresxa.manager.atomikos;

import com.atomikos.icatch.jta.UserTransactionManager;
import io.github.postgresxa.manager.JtaManager;
import io.github.postgresxa.manager.nodelog.NodeLog;
import io.github.postgresxa.manager.nodelog.NodeLogRecovery;
import io.github.postgresxa.prepared.ManagerRecovery;
import io.github.postgresxa.prepared.NodeScan;
import io.github.postgresxa.transaction.ManagerHints;
import io.github.postgresxa.transaction.TimeLimit;
import jakarta.transaction.NotSupportedException;
import jakarta.transaction.SystemException;
import jakarta.transaction.TransactionManager;
import jakarta.transaction.TransactionSynchronizationRegistry;
import java.time.Duration;
import java.util.List;
import java.util.Objects;

/** The embedded Atomikos. Several instances in one process share its one static core. */
public final class AtomikosManager implements JtaManager {

    private final AtomikosCore.Lease lease;
    private final Duration defaultTimeout;
    private final CompleteRegistry registry = new CompleteRegistry();
    private final GuardedManager manager;
    private final OnePhaseTransactions hints = new OnePhaseTransactions();
    private final RegisteredResource resource;
    private final NodeLogRecovery recovery;

    private AtomikosManager(
            AtomikosCore.Lease lease, Duration defaultTimeout, NodeScan nodes, NodeLogRecovery recovery) {
        this.lease = lease;
        this.defaultTimeout = defaultTimeout;
        UserTransactionManager atomikos = new UserTransactionManager();
        atomikos.setStartupTransactionService(false); // Only the lease starts and stops the core.
        this.manager = new GuardedManager(atomikos, registry);
        this.resource = RegisteredResource.register(hints, nodes);
        this.recovery = recovery;
    }

    /**
     * Starts Atomikos, or joins the one that runs in this process.
     *
     * @param defaultTimeout of transactions that name none; if the application runs Atomikos itself, its own counts
     * @param recovery what the instance's recovery does for it
     * @return the manager
     */
    public static AtomikosManager open(Duration defaultTimeout, ManagerRecovery recovery) {
        AtomikosCore.Lease lease = AtomikosCore.acquire(defaultTimeout);
        try {
            // A log of its own elsewhere does not keep it from ending what others have left.
            NodeLog log = Objects.requireNonNullElse(AtomikosCore.nodeLog(), NodeLog.ofNoManager());
            NodeLogRecovery branches = new NodeLogRecovery(log, recovery, new OtherAtomikosResources());
            try {
                return new AtomikosManager(
                        lease,
                        AtomikosCore.defaultTimeout(defaultTimeout),
                        new IdleRecovery(recovery.forManager(AtomikosCore::isOurs), AtomikosCore::mayHavePrepared),
                        branches);
            } catch (Throwable e) {
                branches.close();
                throw e;
            }
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
    public void begin(int seconds, int next) throws NotSupportedException, SystemException {
        manager.begin(seconds); // The thread's own timeout is not touched.
    }

    @Override
    public Duration defaultTimeout() {
        return defaultTimeout;
    }

    @Override
    public Duration longest() {
        return AtomikosCore.longestTransaction();
    }

    @Override
    public TransactionSynchronizationRegistry registry() {
        return registry;
    }

    /** Atomikos passes on what is left, rounded down to whole seconds, so it is up to one second more. */
    @Override
    public TimeLimit limit(int seconds) {
        return TimeLimit.of(Duration.ofSeconds(Math.max(seconds, 0) + 1L));
    }

    @Override
    public ManagerHints hints() {
        return hints;
    }

    @Override
    public String title() {
        return "the embedded Atomikos";
    }

    @Override
    public void close() {
        recovery.close();
        try {
            resource.unregister();
        } finally {
            lease.release();
        }
    }
}
