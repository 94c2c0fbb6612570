package io.github.postgresxa.node;

import io.github.postgresxa.gid.NodeIdentity;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.postgresql.core.TransactionState;

/**
 * One physical connection of a pool, with what we know about it for as long as it lives.
 *
 * <p>The lock is held while anything runs on the connection. So nothing can run after a transaction was ended from another
 * thread: whoever ends it first forbids new statements, then waits for the lock.
 */
public final class Session {

    /** A verb of the commit protocol that is not answered within this time counts as a lost reply, in milliseconds. */
    private static final int VERB_LIMIT = 30_000;

    private final Node node;
    private final Wire wire;
    private final ReentrantLock lock = new ReentrantLock();
    private volatile @Nullable NodeIdentity identity;
    private volatile @Nullable String incarnation;
    private volatile long lastUsed = System.nanoTime();

    /**
     * @param node the node it leads to
     * @param wire the way there
     */
    public Session(Node node, Wire wire) {
        this.node = node;
        this.wire = wire;
    }

    /** {@return the node it leads to} */
    public Node node() {
        return node;
    }

    /** {@return the way to the node; whoever uses it holds the lock} */
    public Wire wire() {
        return wire;
    }

    /** {@return the lock that whoever uses the connection holds} */
    public ReentrantLock lock() {
        return lock;
    }

    /** {@return the identity of the database at the other end; asked once per physical connection, because an address can come to lead elsewhere} */
    public @Nullable NodeIdentity identity() {
        return identity;
    }

    /** {@return the server's incarnation, known since {@link #identify}; empty before} */
    public String incarnation() {
        String known = incarnation;
        return known == null ? "" : known;
    }

    /**
     * @param identity the identity that its database has
     * @param incarnation the server's incarnation
     */
    public void identify(NodeIdentity identity, String incarnation) {
        this.identity = identity;
        this.incarnation = incarnation;
    }

    /** Notes that the connection was in use until now. */
    public void touch() {
        lastUsed = System.nanoTime();
    }

    boolean usedSince(long moment, Duration atMostAgo) {
        long used = lastUsed;
        return used - moment > 0 && System.nanoTime() - used < atMostAgo.toNanos();
    }

    /** {@return the transaction state that the server last reported} */
    public TransactionState state() {
        return wire.state();
    }

    /** {@return whether the connection is known to be closed or broken} */
    public boolean isGone() {
        return wire.isClosed();
    }

    /**
     * Sends a verb of the protocol with a limit on the wait. A verb is never cancelled: after the limit the connection is closed
     * and the reply counts as lost.
     *
     * @param sql one or more statements
     * @return the answer
     */
    public Reply send(String sql) {
        lock.lock();
        try {
            int before = limit(VERB_LIMIT);
            Reply reply = wire.send(sql);
            if (!reply.gone()) {
                limit(before);
            }
            return reply;
        } finally {
            lock.unlock();
        }
    }

    private int limit(int millis) {
        try {
            int before = wire.answerLimit();
            wire.answerLimit(millis);
            return before;
        } catch (SQLException e) {
            return 0; // A broken connection says so again when it is used.
        }
    }

    /**
     * Asks the server to stop what runs on this connection. Opens a connection for the request; it may come too late, so a session
     * that was cancelled must not be used again.
     */
    public void cancel() {
        try {
            wire.cancel();
        } catch (SQLException e) {
            destroy(); // The server is not there to take the request: it ends the transaction when it finds the
            // connection closed.
        }
    }

    /** Closes the physical connection at once, whatever runs on it. The server rolls back what was open. */
    public void destroy() {
        wire.abort();
    }

    @Override
    public String toString() {
        return "session " + wire.backend() + " on " + node.name();
    }
}
