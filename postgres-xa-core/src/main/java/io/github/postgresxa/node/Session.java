package io.github.postgresxa.node;

import io.github.postgresxa.gid.NodeIdentity;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.postgresql.core.TransactionState;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One physical connection of a pool, with what we know about it for as long as it lives.
 *
 * <p>The lock is held while anything runs on the connection. So nothing can run after a transaction was ended from another
 * thread: whoever ends it first forbids new statements, then waits for the lock.
 */
public final class Session {

    /** A verb of the commit protocol that is not answered within this time counts as a lost reply, in milliseconds. */
    private static final int VERB_LIMIT = 30_000;

    /** A question that costs nothing is not answered within this time because the driver does not even send it, in milliseconds. */
    private static final int SIGN_OF_LIFE_LIMIT = 3_000;

    /** An answer that comes within this time, in nanoseconds, is there sooner than another thread could have been set to work. */
    private static final long NEAR = 150_000;

    private static final AtomicLong QUESTIONS = new AtomicLong();

    private static final Logger LOG = LoggerFactory.getLogger(Session.class);

    private final Node node;
    private final Wire wire;
    private final ReentrantLock lock = new ReentrantLock();
    private volatile @Nullable ServerIdentity farEnd;
    private volatile boolean durabilityTouched;
    private volatile boolean underAnotherRole;
    private volatile long lastUsed = System.nanoTime();
    private volatile long quickest = Long.MAX_VALUE / 2;

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
        ServerIdentity known = farEnd;
        return known == null ? null : known.identity();
    }

    /** {@return the server's incarnation, known since {@link #identify}; empty before} */
    public String incarnation() {
        ServerIdentity known = farEnd;
        return known == null ? "" : known.incarnation();
    }

    /** {@return whether the server that was identified is surely the one that answers now} */
    public boolean isDirect() {
        ServerIdentity known = farEnd;
        return known != null && known.direct();
    }

    /** @param found what was found out about the server's end */
    public void identify(ServerIdentity found) {
        this.farEnd = found;
    }

    /** The application set {@code synchronous_commit} by itself. */
    public void noteDurabilityTouched() {
        durabilityTouched = true;
    }

    /**
     * {@return the statement that makes the end of the running transaction durable, with a line break} Looking at the setting first costs the server eight times as
     * much as setting it, so that is done only where a stronger one is known to stand, or may stand.
     */
    public String raise() {
        ServerIdentity known = farEnd;
        boolean mayApplyRemotely = known == null || !known.direct() || known.appliesRemotely() || durabilityTouched;
        return mayApplyRemotely ? Durability.RAISE : Durability.SET_ON;
    }

    boolean underAnotherRole() {
        return underAnotherRole;
    }

    /** @param another whether a finishing verb found the session under another role than a fresh connection has */
    void underAnotherRole(boolean another) {
        underAnotherRole = another;
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

    /** {@return what the driver failed with, so that its connection was closed; null if it did not} */
    public @Nullable Throwable fault() {
        return wire.fault();
    }

    /**
     * Sends a verb of the protocol with a limit on the wait. A verb is never cancelled: after the limit the connection is closed
     * and the reply counts as lost. The limit stays until the session is given back.
     *
     * @param sql one or more statements
     * @return the answer
     */
    public Reply send(String sql) {
        lock.lock();
        try {
            limitTheWait();
            return wire.isHandedOut() ? Watchdog.send(wire, sql, VERB_LIMIT) : wire.send(sql);
        } catch (RuntimeException | Error e) {
            destroy();
            return Reply.lost(e);
        } finally {
            lock.unlock();
        }
    }

    /**
     * {@return whether the driver would send what it is given now, and reads the answer to that} A connection of which that is not true is closed. No round trip where its own
     * object was never handed out: with it the application can leave a COPY open, and then the driver lets whoever comes next wait without any limit, and
     * without sending anything.
     */
    public boolean answers() {
        if (!wire.isHandedOut() || isGone()) {
            return true; // Whether it is gone is asked by itself.
        }
        TransactionState before = wire.state();
        String question = "postgres-xa " + QUESTIONS.incrementAndGet();
        Reply reply = Watchdog.send(wire, "select '" + question + "'", SIGN_OF_LIFE_LIMIT);
        boolean answered = before == TransactionState.FAILED
                ? reply.error() != null
                : reply.rows().equals(List.of(List.of(question)));
        if (isGone() || !answered || wire.state() != before) {
            destroy();
            return false;
        }
        return true;
    }

    /**
     * {@return whether the next one may have the connection} It is in no transaction then, its last answer was read to
     * the end, and what was set on it is put back. What the application has left open is rolled back, and what it has
     * kept is refused from now on. If anything of that fails, the connection is closed; also if an object of the driver
     * itself is out, because that cannot be refused.
     */
    public boolean makeReady() {
        lastUsed = System.nanoTime();
        try {
            boolean alone = wire.endUse();
            if (alone && !isGone() && state() != TransactionState.IDLE) {
                send("rollback");
            }
            if (alone && !isGone() && state() == TransactionState.IDLE && answers()) {
                limitTheWait(); // A server that is frozen must not keep whoever closes a connection.
                wire.reset(node.settings().pool().discardAll());
                if (!isGone() && state() == TransactionState.IDLE) {
                    return true;
                }
            }
        } catch (SQLException | RuntimeException | Error e) {
            LOG.debug("{} cannot be used again", this, e);
        }
        destroy();
        return false;
    }

    /**
     * The same for what waits for no disk and for nobody's lock: the time of the answer tells how far the node is.
     *
     * @param sql one or more statements
     * @return the answer
     */
    public Reply ask(String sql) {
        long start = System.nanoTime();
        Reply reply = send(sql);
        quickest = Math.min(System.nanoTime() - start, quickest + quickest / 64); // Of the last dozens.
        return reply;
    }

    /** {@return whether answers come so soon that it is not worth a thread to wait for them} */
    public boolean isNear() {
        return quickest < NEAR;
    }

    private void limitTheWait() {
        try {
            if (wire.answerLimit() != VERB_LIMIT) {
                wire.answerLimit(VERB_LIMIT);
            }
        } catch (SQLException e) {
            return; // A broken connection says so again when it is used.
        }
    }

    /**
     * Asks the server to stop what runs on this connection. Opens a connection for the request; it may come too late, so a session
     * that was cancelled must not be used again.
     */
    public void cancel() {
        try {
            wire.cancel();
        } catch (SQLException | RuntimeException | Error e) {
            destroy(); // The server is not there to take the request: it ends the transaction when it finds the
            // connection closed.
        }
    }

    /** Closes the physical connection at once, whatever runs on it; never throws. The server rolls back what was open. */
    public void destroy() {
        wire.abort();
    }

    @Override
    public String toString() {
        return "session " + wire.backend() + " on " + node.name();
    }
}
