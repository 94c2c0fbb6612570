package io.github.postgresxa.branch;

import io.github.postgresxa.node.Session;
import java.sql.SQLException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Admits the application's statements to a branch, one at a time, until the transaction is sealed. What runs between
 * {@link #enter} and {@link #leave} has the session for itself.
 */
public final class StatementGate {

    private final Session session;
    private final BranchActivity work;
    private volatile @Nullable Seal seal;

    StatementGate(Session session, BranchActivity work) {
        this.session = session;
        this.work = work;
    }

    /**
     * Claims the session for a statement. Its snapshot shows what this process has acknowledged as committed before.
     * The wait for that holds no lock, and ends with the transaction.
     *
     * @throws SQLException if the transaction is over, as {@link #enter} does
     */
    public void begin() throws SQLException {
        session.node().readYourWrites().await(this::isFenced);
        enter();
    }

    /**
     * Claims the session before anything runs on it for the application. After this method returns, the caller holds
     * the session until {@link #leave}.
     *
     * @throws SQLException if the transaction is over: nothing may run, not even in auto-commit mode
     */
    public void enter() throws SQLException {
        session.lock().lock();
        boolean entered = false;
        try {
            refuseIfFenced();
            work.beginIfNeeded();
            entered = true;
        } finally {
            if (!entered) {
                session.lock().unlock();
            }
        }
    }

    /** Notes the server's transaction state after something ran, and releases the session. */
    public void leave() {
        try {
            work.observe();
        } finally {
            session.lock().unlock();
        }
    }

    /**
     * Fails if the transaction is over for the application.
     *
     * @throws SQLException if it is over
     */
    public void refuseIfFenced() throws SQLException {
        Seal sealed = seal;
        if (sealed != null) {
            throw sealed.refusal();
        }
    }

    /** {@return whether the transaction is over for the application} */
    public boolean isFenced() {
        return seal != null;
    }

    /**
     * Translates a statement's failure for the application.
     *
     * @param failure how a statement failed
     * @return the failure itself, or that the transaction was ended meanwhile
     */
    public SQLException explain(SQLException failure) {
        Seal sealed = seal;
        return sealed == null ? failure : sealed.explain(session.node().name(), failure);
    }

    /**
     * Refuses all further statements of the application. A running statement goes on.
     *
     * @param reason makes what the application receives if it tries; the first reason counts
     * @param timeout whether the transaction has timed out
     */
    public synchronized void fence(Supplier<String> reason, boolean timeout) {
        if (seal == null) {
            seal = new Seal(reason, timeout);
        }
    }
}
