package io.github.postgresxa.manager.atomikos;

import com.atomikos.icatch.config.Configuration;
import com.atomikos.icatch.provider.ConfigProperties;
import com.atomikos.recovery.LogException;
import com.atomikos.recovery.LogReadException;
import com.atomikos.recovery.LogWriteException;
import com.atomikos.recovery.OltpLog;
import com.atomikos.recovery.PendingTransactionRecord;
import com.atomikos.recovery.RecoveryLog;
import com.atomikos.recovery.TxState;
import com.atomikos.recovery.fs.CachedRepository;
import com.atomikos.recovery.fs.FileSystemRepository;
import com.atomikos.recovery.fs.InMemoryRepository;
import com.atomikos.recovery.fs.OltpLogImp;
import com.atomikos.recovery.fs.RecoveryLogImp;
import io.github.postgresxa.gid.NodeIdentity;
import io.github.postgresxa.log.LogMessages;
import io.github.postgresxa.node.Uninterruptibles;
import java.io.IOException;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Atomikos' own log, but only for transactions that need one. A PostgreSQL-only transaction is one-phase for Atomikos
 * and its decision is in PostgreSQL. So the two records that Atomikos would force to disk for it are omitted, and
 * without any other transaction there is no file at all. The first other transaction opens Atomikos' file log; an
 * existing log is opened at start.
 */
final class LogOnDemand implements OltpLog, RecoveryLog {

    private static final Logger LOG = LoggerFactory.getLogger(AtomikosManager.class);

    private static final int ATTEMPTS = 2;

    private final OtherAtomikosResources others = new OtherAtomikosResources();
    private @Nullable Files files;
    private volatile Set<NodeIdentity> reported = Set.of();

    private record Files(OltpLogImp writer, RecoveryLogImp reader) {}

    LogOnDemand() {
        if (LogDirectory.holdsLog(Configuration.getConfigProperties())) {
            try {
                Files open = open();
                files = open;
                dropNodes(open);
            } catch (LogException | IOException e) {
                throw new IllegalStateException("the transaction log that an earlier run left cannot be opened", e);
            }
        }
    }

    private static Files open() throws LogException, IOException {
        ConfigProperties properties = Configuration.getConfigProperties();
        LogDirectory.create(properties);
        InMemoryRepository memory = new InMemoryRepository();
        memory.init();
        FileSystemRepository disk = new FileSystemRepository();
        disk.init();
        CachedRepository repository = new CachedRepository(memory, disk);
        repository.init();
        OltpLogImp writer = new OltpLogImp();
        writer.setRepository(repository);
        RecoveryLogImp reader = new RecoveryLogImp();
        reader.setRepository(repository);
        return new Files(writer, reader);
    }

    /** A log without a decision needs no node. */
    private static void dropNodes(Files open) throws LogException, IOException {
        if (open.reader().getPendingTransactionRecords().isEmpty()) {
            LogDirectory.keepNodes(Configuration.getConfigProperties(), Set.of());
        }
    }

    private synchronized @Nullable RecoveryLog existing() {
        return files == null ? null : files.reader();
    }

    /** No interrupt reaches the files: it would close them. */
    @Override
    public void write(PendingTransactionRecord record) throws LogWriteException {
        boolean interrupted = Thread.interrupted();
        try {
            writeNow(record);
        } finally {
            Uninterruptibles.restore(interrupted);
        }
    }

    private void writeNow(PendingTransactionRecord record) throws LogWriteException {
        if (!OnePhaseTransactions.contains(record.id) && !endsWhatWasNeverLogged(record)) {
            if (record.state == TxState.COMMITTING) {
                decide(record);
            } else {
                files().writer().write(record);
            }
        }
    }

    /**
     * Writes a decision, after the nodes that wait for it. Where Atomikos' repository cannot write a record, it begins
     * a new file without that record, and reports nothing if this succeeds. So the record is looked for.
     */
    private synchronized void decide(PendingTransactionRecord record) throws LogWriteException {
        try {
            ConfigProperties properties = Configuration.getConfigProperties();
            Set<NodeIdentity> nodes = new HashSet<>(LogDirectory.nodes(properties));
            if (nodes.addAll(OnePhaseTransactions.nodesOf(record.id))) {
                LogDirectory.keepNodes(properties, nodes);
            }
            Files open = files();
            for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
                open.writer().write(record);
                PendingTransactionRecord found = open.reader().get(record.id);
                if (found != null && found.state == TxState.COMMITTING) {
                    return;
                }
            }
            throw new IOException("the transaction manager's log does not take the decision on " + record.id);
        } catch (LogException | IOException e) {
            throw e instanceof LogWriteException known ? known : new LogWriteException(e);
        }
    }

    /**
     * {@return whether a record ends a transaction whose beginning was omitted} After an unknown outcome, Atomikos
     * queries again in the background and records the end of such a transaction.
     */
    private boolean endsWhatWasNeverLogged(PendingTransactionRecord record) throws LogWriteException {
        if (record.state != TxState.TERMINATED) {
            return false;
        }
        try {
            return get(record.id) == null;
        } catch (LogReadException e) {
            throw new LogWriteException(e);
        }
    }

    private synchronized Files files() throws LogWriteException {
        try {
            Files open = files == null ? open() : files;
            files = open;
            return open;
        } catch (LogException | IOException e) {
            throw new LogWriteException(e);
        }
    }

    @Override
    public synchronized void close() {
        if (files != null) {
            files.writer().close();
        }
    }

    @Override
    public boolean isActive() {
        return true;
    }

    @Override
    public void closing() {
        // The writer closes what both share.
    }

    @Override
    public void closed() {
        // The writer closes what both share.
    }

    @Override
    public Collection<PendingTransactionRecord> getIndoubtTransactionRecords() throws LogReadException {
        RecoveryLog log = existing();
        return log == null ? List.of() : log.getIndoubtTransactionRecords();
    }

    @Override
    public Collection<PendingTransactionRecord> getExpiredPendingCommittingTransactionRecordsAt(long time)
            throws LogReadException {
        RecoveryLog log = existing();
        return log == null ? List.of() : log.getExpiredPendingCommittingTransactionRecordsAt(time);
    }

    @Override
    public Collection<PendingTransactionRecord> getPendingTransactionRecords() throws LogReadException {
        RecoveryLog log = existing();
        return log == null ? List.of() : log.getPendingTransactionRecords();
    }

    /**
     * Deletes old records of decisions, after a scan found nothing prepared for them any more. Each of them had another
     * resource: before the application has registered one, a scan cannot list what waits there.
     */
    @Override
    public void forgetTransactionRecords(Collection<PendingTransactionRecord> records) {
        RecoveryLog log = existing();
        if (log != null
                && !records.isEmpty()
                && RegisteredResource.allAreThere()
                && others.areThere()
                && allNodesAreKnown(records)) {
            log.forgetTransactionRecords(records);
        }
    }

    private boolean allNodesAreKnown(Collection<PendingTransactionRecord> records) {
        ConfigProperties properties = Configuration.getConfigProperties();
        Set<NodeIdentity> unknown;
        try {
            unknown = RegisteredResource.notCovered(LogDirectory.nodes(properties));
        } catch (IOException e) {
            LOG.warn(LogMessages.KEPT_BY_MANAGER, records.size(), e, LogDirectory.nodesFile(properties));
            return false;
        }
        if (!unknown.isEmpty() && !unknown.equals(reported)) {
            LOG.error(LogMessages.KEPT_BY_MANAGER, records.size(), unknown, LogDirectory.nodesFile(properties));
        }
        reported = unknown;
        return unknown.isEmpty();
    }

    @Override
    public void recordAsCommitting(String coordinatorId) throws LogException {
        RecoveryLog log = existing();
        if (log != null) {
            log.recordAsCommitting(coordinatorId);
        }
    }

    @Override
    public void forget(String coordinatorId) {
        RecoveryLog log = existing();
        if (log != null) {
            log.forget(coordinatorId);
        }
    }

    @Override
    public @Nullable PendingTransactionRecord get(String coordinatorId) throws LogReadException {
        RecoveryLog log = existing();
        return log == null ? null : log.get(coordinatorId);
    }
}
