package io.github.postgresxa.commit;

import jakarta.transaction.Status;
import jakarta.transaction.Synchronization;
import jakarta.transaction.Transaction;
import jakarta.transaction.TransactionManager;
import jakarta.transaction.TransactionSynchronizationRegistry;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import javax.transaction.xa.XAException;
import javax.transaction.xa.XAResource;
import javax.transaction.xa.Xid;
import org.jspecify.annotations.Nullable;

/**
 * A transaction manager that does nothing by itself. The test calls the verbs of the enlisted resource, as managers
 * do at their worst. There is one transaction for all threads.
 */
public final class ManagerByHand implements TransactionManager, TransactionSynchronizationRegistry, Transaction {

    public final Xid xid;
    private final Map<Object, Object> resources = new HashMap<>();
    private final List<Synchronization> synchronizations = new ArrayList<>();
    private @Nullable XAResource enlisted;
    private int timeout;

    /** What stands for this transaction, if its class has more than JTA knows. */
    public @Nullable Transaction told;

    public volatile int status = Status.STATUS_ACTIVE;

    /** Whether the registry tells nothing of a transaction that has ended, as Narayana's does. */
    public volatile boolean forgets;

    public ManagerByHand() {
        this(new AnyXid(UUID.randomUUID().toString().getBytes(StandardCharsets.US_ASCII)));
    }

    public ManagerByHand(Xid xid) {
        this.xid = xid;
    }

    public record AnyXid(byte[] getGlobalTransactionId) implements Xid {
        @Override
        public int getFormatId() {
            return 7;
        }

        @Override
        public byte[] getBranchQualifier() {
            return new byte[] {1};
        }
    }

    /** {@return the resource that a manager drives} */
    public XAResource resource() {
        return Objects.requireNonNull(enlisted, "no node was used");
    }

    public void complete() {
        synchronizations.forEach(s -> s.afterCompletion(Status.STATUS_UNKNOWN));
    }

    @Override
    public boolean enlistResource(XAResource resource) {
        try {
            enlisted = resource;
            resource.setTransactionTimeout(timeout);
            resource.start(xid, XAResource.TMNOFLAGS);
            return true;
        } catch (XAException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public Transaction getTransaction() {
        return told == null ? this : told;
    }

    @Override
    public int getStatus() {
        return status;
    }

    @Override
    public int getTransactionStatus() {
        return status;
    }

    @Override
    public void setTransactionTimeout(int seconds) {
        timeout = seconds;
    }

    @Override
    public void registerInterposedSynchronization(Synchronization synchronization) {
        synchronizations.add(synchronization);
    }

    @Override
    public void putResource(Object key, Object value) {
        resources.put(key, value);
    }

    @Override
    public @Nullable Object getResource(Object key) {
        if (forgets && (status == Status.STATUS_COMMITTED || status == Status.STATUS_ROLLEDBACK)) {
            throw new IllegalStateException("no transaction is running");
        }
        return resources.get(key);
    }

    @Override
    public Object getTransactionKey() {
        return xid;
    }

    @Override
    public boolean delistResource(XAResource resource, int flag) {
        return true;
    }

    @Override
    public void registerSynchronization(Synchronization synchronization) {
        throw new UnsupportedOperationException();
    }

    @Override
    public boolean getRollbackOnly() {
        return false;
    }

    @Override
    public void setRollbackOnly() {
        throw new UnsupportedOperationException();
    }

    @Override
    public void begin() {
        throw new UnsupportedOperationException();
    }

    @Override
    public void commit() {
        throw new UnsupportedOperationException();
    }

    @Override
    public void rollback() {
        throw new UnsupportedOperationException();
    }

    @Override
    public Transaction suspend() {
        throw new UnsupportedOperationException();
    }

    @Override
    public void resume(Transaction transaction) {
        throw new UnsupportedOperationException();
    }
}
