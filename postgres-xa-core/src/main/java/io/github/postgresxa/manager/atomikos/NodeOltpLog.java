package io.github.postgresxa.manager.atomikos;

import com.atomikos.recovery.LogReadException;
import com.atomikos.recovery.LogWriteException;
import com.atomikos.recovery.OltpLog;
import com.atomikos.recovery.PendingTransactionRecord;
import com.atomikos.recovery.RecoveryLog;
import com.atomikos.recovery.TxState;
import io.github.postgresxa.gid.ManagerIds;
import io.github.postgresxa.manager.nodelog.Decided;
import io.github.postgresxa.manager.nodelog.NodeLog;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Atomikos' log in a node. Of a PostgreSQL-only transaction it writes nothing: that one is one-phase for Atomikos, and
 * its decision is in PostgreSQL. Of others it writes the decision to commit, and deletes it when all is done.
 *
 * <p>Atomikos' own recovery would presume an abort from what it does not find. It does not run: for Atomikos, this log
 * is never active in its process, and {@link io.github.postgresxa.manager.nodelog.BranchRecovery} does its work.
 */
final class NodeOltpLog implements OltpLog, RecoveryLog {

    private final NodeLog log;

    NodeOltpLog(NodeLog log) {
        this.log = log;
    }

    /**
     * Writes a record. If a decision cannot be written, or its reply is lost for good, Atomikos calls neither commit
     * nor rollback. Recovery ends the branches then; those of the nodes are rolled back at once if it was not written.
     */
    @Override
    public void write(PendingTransactionRecord record) throws LogWriteException {
        try {
            keep(record);
        } catch (RuntimeException | Error e) { // Atomikos would leave the transaction as it is, for ever.
            if (record.state == TxState.COMMITTING) {
                Commits.unknown(record.id, String.valueOf(e));
            }
            throw new LogWriteException(new IllegalStateException(e));
        }
    }

    private void keep(PendingTransactionRecord record) throws LogWriteException {
        switch (record.state) {
            case COMMITTING -> decide(record.id);
            case TERMINATED -> log.ended(spelled(record.id));
            case IN_DOUBT ->
                throw new LogWriteException(new UnsupportedOperationException(
                        "a transaction that another server imports is not supported"));
            default -> {} // Nothing else has to outlive the process.
        }
    }

    private void decide(String id) throws LogWriteException {
        if (!OnePhaseTransactions.contains(id) && !Commits.isOnePhase(id)) {
            Decided decided = log.decide(spelled(id));
            switch (decided.outcome()) {
                case COMMITTED -> {
                    return;
                }
                case ROLLED_BACK -> Commits.refused(id);
                case UNKNOWN -> Commits.unknown(id, decided.why());
            }
            throw new LogWriteException(new IllegalStateException(decided.why(), decided.problem()));
        }
    }

    private static String spelled(String id) {
        return ManagerIds.transaction(id.getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public boolean isActive() {
        return false;
    }

    @Override
    public void close() {
        // Its owner closes it.
    }

    @Override
    public void closing() {
        // Its owner closes it.
    }

    @Override
    public void closed() {
        // Its owner closes it.
    }

    @Override
    public Collection<PendingTransactionRecord> getIndoubtTransactionRecords() throws LogReadException {
        return List.of();
    }

    @Override
    public Collection<PendingTransactionRecord> getExpiredPendingCommittingTransactionRecordsAt(long time) {
        return List.of();
    }

    @Override
    public Collection<PendingTransactionRecord> getPendingTransactionRecords() {
        return List.of();
    }

    @Override
    public void forgetTransactionRecords(Collection<PendingTransactionRecord> records) {
        // Recovery does not forget: it cannot know all resources.
    }

    @Override
    public void recordAsCommitting(String coordinatorId) {
        throw new UnsupportedOperationException("a transaction that another server imports is not supported");
    }

    @Override
    public void forget(String coordinatorId) {
        // Recovery does not forget: it cannot know all resources.
    }

    @Override
    public @Nullable PendingTransactionRecord get(String coordinatorId) {
        return null;
    }
}
