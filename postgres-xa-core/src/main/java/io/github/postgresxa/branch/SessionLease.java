package io.github.postgresxa.branch;

import io.agroal.api.transaction.TransactionAware;
import io.github.postgresxa.node.Reply;
import io.github.postgresxa.node.Session;
import io.github.postgresxa.node.Uninterruptibles;
import java.sql.SQLException;
import java.time.Duration;
import java.util.function.Function;
import org.postgresql.core.TransactionState;

/**
 * The use of a pooled session by one branch, until the session is returned. From then on it belongs to someone else,
 * and nothing of the branch reaches it.
 */
final class SessionLease {

    /** How long to wait for a statement of another thread, before and after it is cancelled. */
    static final Duration CANCEL_LIMIT = Duration.ofSeconds(5);

    private static final Duration BETWEEN_CANCELS = Duration.ofMillis(500);

    private final Session session;
    private final TransactionAware pooled;
    private boolean released;
    private boolean doomed;

    SessionLease(Session session, TransactionAware pooled) {
        this.session = session;
        this.pooled = pooled;
    }

    Reply send(String sql) {
        return held(sql, session::send);
    }

    /** Sends statements that wait for no disk. */
    Reply ask(String sql) {
        return held(sql, session::ask);
    }

    /**
     * Sends under the session's lock. A released session belongs to someone else; while it is held here, it is not
     * released.
     */
    private Reply held(String sql, Function<String, Reply> verb) {
        session.lock().lock();
        try {
            refuseIfReleased();
            return verb.apply(sql);
        } finally {
            session.lock().unlock();
        }
    }

    private synchronized void refuseIfReleased() {
        if (released) {
            throw new IllegalStateException("a verb was sent after its session was released: branch on "
                    + session.node().name());
        }
    }

    /** {@return whether the session was returned} */
    synchronized boolean isReleased() {
        return released;
    }

    /**
     * Cancels the running statement and closes the connection, from another thread, so that the server rolls back. A
     * cancel request may still be on its way, and the application may hold the driver's own objects, so this connection
     * is not used again.
     */
    void abort() {
        synchronized (this) {
            if (released) {
                return; // The session belongs to someone else by now.
            }
            doomed = true;
        }
        long deadline = System.nanoTime() + CANCEL_LIMIT.toNanos();
        boolean idle = session.lock().tryLock();
        while (!idle && System.nanoTime() < deadline) {
            session.cancel();
            idle = Uninterruptibles.tryLock(session.lock(), BETWEEN_CANCELS);
        }
        session.destroy();
        if (idle) {
            session.lock().unlock();
        }
    }

    /**
     * Returns the session to the pool, or destroys it if it is not in order.
     *
     * @param work closes what it left open
     */
    void release(BranchActivity work) {
        synchronized (this) {
            if (released) {
                return;
            }
            released = true;
        }
        if (!session.lock().tryLock()) {
            session.destroy(); // Another thread is still using it.
            giveBack(work);
            return;
        }
        try {
            if (session.lock().getHoldCount() > 1) {
                session.destroy(); // An Error kept this thread from leaving: the next user would wait forever.
            }
            giveBack(work);
        } finally {
            session.lock().unlock();
        }
    }

    private void giveBack(BranchActivity work) {
        try {
            synchronized (this) {
                if (doomed || session.state() != TransactionState.IDLE) {
                    session.destroy();
                }
            }
            work.closeStatements();
        } catch (RuntimeException | Error e) {
            session.destroy();
        }
        if (session.isGone()) {
            pooled.setFlushOnly();
        }
        try {
            // The pool checks the session once more, like one that is returned from outside a transaction.
            pooled.transactionEnd();
        } catch (SQLException | RuntimeException | Error e) {
            session.destroy();
            pooled.setFlushOnly();
        }
    }
}
