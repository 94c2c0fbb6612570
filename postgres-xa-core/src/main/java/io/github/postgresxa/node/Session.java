package io.github.postgresxa.node;

import io.github.postgresxa.gid.NodeIdentity;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.postgresql.core.TransactionState;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One physical connection of a pool, with what is known about it for as long as it lives.
 *
 * <p>The lock is held while anything runs on the connection, so nothing can run after another thread has ended the
 * transaction: that thread first refuses new statements, then waits for the lock.
 */
public final class Session {

    /** A verb of the commit protocol that is not answered within this time counts as a lost reply, in milliseconds. */
    private static final int VERB_LIMIT = 30_000;

    /** The limit of a trivial query, in milliseconds. If it is exceeded, the driver has not even sent the query. */
    private static final int SIGN_OF_LIFE_LIMIT = 3_000;

    /** An answer within this time, in nanoseconds, arrives sooner than another thread could start. */
    private static final long NEAR = 150_000;

    private static final AtomicLong QUESTIONS = new AtomicLong();

    private static final Logger LOG = LoggerFactory.getLogger(Session.class);

    private final Node node;
    private final Wire wire;
    private final ReentrantLock lock = new ReentrantLock();
    private volatile @Nullable ServerIdentity server;
    private volatile boolean durabilityTouched;
    private volatile boolean underAnotherRole;
    private volatile long lastUsed = System.nanoTime();
    private volatile long quickest = Long.MAX_VALUE / 2;

    /**
     * Creates the session of a connection.
     *
     * @param node its node
     * @param wire its wire
     */
    public Session(Node node, Wire wire) {
        this.node = node;
        this.wire = wire;
    }

    /** {@return its node} */
    public Node node() {
        return node;
    }

    /** {@return its wire; the caller must hold the lock to use it} */
    public Wire wire() {
        return wire;
    }

    /** {@return the lock that guards the connection} */
    public ReentrantLock lock() {
        return lock;
    }

    /**
     * {@return the identity of the database at the other end; null before {@link #identify}} It is queried once per
     * physical connection, because an address can later lead elsewhere.
     */
    public @Nullable NodeIdentity identity() {
        ServerIdentity known = server;
        return known == null ? null : known.identity();
    }

    /** {@return the server's incarnation; empty before {@link #identify}} */
    public String incarnation() {
        ServerIdentity known = server;
        return known == null ? "" : known.incarnation();
    }

    /** {@return whether the server that was identified is surely the one that answers now} */
    public boolean isDirect() {
        ServerIdentity known = server;
        return known != null && known.direct();
    }

    /**
     * Sets the identity of the server.
     *
     * @param found what was found out about it
     */
    public void identify(ServerIdentity found) {
        this.server = found;
    }

    /** Notes that the application set {@code synchronous_commit} itself. */
    public void noteDurabilityTouched() {
        durabilityTouched = true;
    }

    /**
     * {@return the statement that makes the end of the running transaction durable, with a line break} For the server,
     * reading the setting first costs eight times as much as setting it. So it is read only where a stronger one is
     * known to be set, or may be set.
     */
    public String raise() {
        ServerIdentity known = server;
        boolean mayApplyRemotely = known == null || !known.direct() || known.appliesRemotely() || durabilityTouched;
        return mayApplyRemotely ? Durability.RAISE : Durability.SET_ON;
    }

    boolean underAnotherRole() {
        return underAnotherRole;
    }

    /**
     * Notes the role that a finishing verb found.
     *
     * @param another whether it is another role than that of a fresh connection
     */
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

    /** {@return the driver's failure after which its connection was closed; null if there was none} */
    public @Nullable Throwable fault() {
        return wire.fault();
    }

    /**
     * Sends a verb of the protocol with a limit on the wait. A verb is never cancelled: after the limit the connection
     * is closed and the reply counts as lost. The limit stays until the session is returned.
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
     * {@return whether the driver would send the next statement and read its answer} If not, the connection is closed.
     * No round trip unless the driver's own object was handed out: with it the application can leave a COPY open, and
     * then the driver makes every later caller wait without limit, and sends nothing.
     */
    public boolean answers() {
        if (!wire.isHandedOut() || isGone()) {
            return true; // The caller checks separately whether it is gone.
        }
        TransactionState before = wire.state();
        String question = "postgres-xa " + QUESTIONS.incrementAndGet();
        Reply reply = Watchdog.send(wire, "select '" + question + "'", SIGN_OF_LIFE_LIMIT);
        boolean answered = before == TransactionState.FAILED ? reply.error() != null : reply.says(question);
        if (isGone() || !answered || wire.state() != before) {
            destroy();
            return false;
        }
        return true;
    }

    /**
     * {@return whether the session is ready for its next user} If so, it is in no transaction, its last answer was read
     * to the end, and its settings are reset. What the application has left open is rolled back, and objects that it
     * has kept are refused from now on. If any of that fails, the connection is closed; also if an object of the driver
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
                limitTheWait(); // A frozen server must not block the thread that closes a connection.
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
     * Sends statements that wait for no disk and for no lock. Their response time shows how far away the node is.
     *
     * @param sql one or more statements
     * @return the answer
     */
    public Reply ask(String sql) {
        long start = System.nanoTime();
        Reply reply = send(sql);
        long took = System.nanoTime() - start;
        quickest = Math.min(took, quickest + quickest / 64); // The quickest of the last dozens.
        if (reply.error() == null) {
            node.experience().answered(took);
        }
        return reply;
    }

    /** {@return whether answers come so soon that waiting for them on another thread is not worth it} */
    public boolean isNear() {
        return quickest < NEAR;
    }

    private void limitTheWait() {
        try {
            if (wire.answerLimit() != VERB_LIMIT) {
                wire.answerLimit(VERB_LIMIT);
            }
        } catch (SQLException e) {
            return; // A broken connection fails again when it is used.
        }
    }

    /**
     * Asks the server to stop what runs on this connection. That opens a connection for the request. It may arrive too
     * late, so a cancelled session must not be used again.
     */
    public void cancel() {
        try {
            wire.cancel();
        } catch (SQLException | RuntimeException | Error e) {
            // The server is not there to take the request. It ends the transaction when it finds the connection closed.
            destroy();
        }
    }

    /**
     * Closes the physical connection at once, whatever runs on it; never throws. The server rolls back what was open.
     */
    public void destroy() {
        wire.abort();
    }

    @Override
    public String toString() {
        return "session " + wire.backend() + " on " + node.name();
    }
}
