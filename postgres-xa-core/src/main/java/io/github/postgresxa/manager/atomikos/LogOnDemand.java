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
import java.io.IOException;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Atomikos' own log, but only for transactions that need one. A PostgreSQL-only transaction is one-phase for Atomikos
 * and its decision is in PostgreSQL. So the two records that Atomikos would force to disk for it are omitted, and
 * without any other transaction there is no file at all. The first other transaction opens Atomikos' file log; an
 * existing log is opened at start.
 */
final class LogOnDemand implements OltpLog, RecoveryLog {

    private @Nullable Files files;

    private record Files(OltpLogImp writer, RecoveryLogImp reader) {}

    LogOnDemand() {
        if (LogDirectory.holdsLog(Configuration.getConfigProperties())) {
            try {
                files = open();
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

    private synchronized @Nullable RecoveryLog existing() {
        return files == null ? null : files.reader();
    }

    @Override
    public void write(PendingTransactionRecord record) throws LogWriteException {
        if (!OnePhaseTransactions.contains(record.id) && !endsWhatWasNeverLogged(record)) {
            writer().write(record);
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

    private synchronized OltpLogImp writer() throws LogWriteException {
        try {
            Files open = files == null ? open() : files;
            files = open;
            return open.writer();
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

    /** Deletes old records of decisions, after a scan found nothing prepared for them any more. */
    @Override
    public void forgetTransactionRecords(Collection<PendingTransactionRecord> records) {
        RecoveryLog log = existing();
        if (log != null && RegisteredResource.allAreThere()) {
            log.forgetTransactionRecords(records);
        }
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
