package io.github.postgresxa.recovery;

import io.github.postgresxa.decision.DecisionSchema;
import io.github.postgresxa.decision.MisplacedIdentityException;
import io.github.postgresxa.gid.NodeIdentity;
import io.github.postgresxa.node.MonotonicClock;
import io.github.postgresxa.node.NoConnection;
import io.github.postgresxa.node.Node;
import io.github.postgresxa.node.ServerFacts;
import io.github.postgresxa.node.Wire;
import io.github.postgresxa.prepared.PreparedList;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Recovery's own connection to a node: opened when it is needed, closed after any error, never taken from the pool. A
 * node that does not answer is not tried again for a moment, so that it does not delay the others.
 */
final class NodeLink implements AutoCloseable {

    private static final Duration PAUSE = Duration.ofMillis(900);

    private final Node node;
    private final DecisionSchema schema;
    private final MonotonicClock clock;
    private final ReentrantLock lock = new ReentrantLock();
    private @Nullable Wire wire;
    private @Nullable SQLException failure;
    private long failedAt;
    private volatile @Nullable NodeIdentity identity;
    private volatile @Nullable ServerFacts facts;
    private volatile long factsRead;
    private volatile long used;
    private volatile boolean closed;
    private final LogHistory history = new LogHistory();

    NodeLink(Node node, DecisionSchema schema, MonotonicClock clock) {
        this.node = node;
        this.schema = schema;
        this.clock = clock;
    }

    interface Use<T> {
        T with(Wire wire) throws SQLException;
    }

    Node node() {
        return node;
    }

    /** {@return the identity that was found at the last successful connection} */
    @Nullable
    NodeIdentity identity() {
        return identity;
    }

    /** {@return what the server said at the last successful connection} */
    @Nullable
    ServerFacts facts() {
        return facts;
    }

    /** {@return the incarnation of its server at the last successful connection; empty if there was none} */
    String incarnation() {
        ServerFacts found = facts;
        return found == null ? "" : found.incarnation();
    }

    /** {@return when that was, by the monotonic clock} */
    long factsRead() {
        return factsRead;
    }

    /** {@return how far this process has seen its log} */
    LogHistory history() {
        return history;
    }

    /**
     * {@return the era in which an xid of this node means one transaction: its incarnation, and how often that has gone
     * back}
     */
    String era() {
        return incarnation() + "/" + history.timesBack();
    }

    /** {@return the present moment, by the same clock} */
    long nanos() {
        return clock.nanos();
    }

    /**
     * Runs an action on the connection, one at a time.
     *
     * @throws SQLException if the node did not answer, or the error that it answered
     */
    <T> T use(Use<T> use) throws SQLException {
        lock.lock();
        try {
            return use.with(open());
        } catch (Throwable e) {
            // After any error the state of its session is unknown.
            disconnect();
            throw e;
        } finally {
            used = clock.nanos();
            lock.unlock();
        }
    }

    /**
     * Closes the connection if it was not used for a while; the next use opens another one. Never waits.
     *
     * @param unused for how long
     */
    void rest(Duration unused) {
        if (lock.tryLock()) {
            try {
                if (clock.nanos() - used >= unused.toNanos()) {
                    disconnect();
                }
            } finally {
                lock.unlock();
            }
        }
    }

    private Wire open() throws SQLException {
        if (closed) {
            throw closed();
        }
        Wire open = wire;
        if (open != null && !open.isClosed() && isOfAPrimary()) {
            return open;
        }
        disconnect();
        if (failure != null && clock.nanos() - failedAt < PAUSE.toNanos()) {
            throw failure instanceof MisplacedIdentityException
                    ? failure
                    : new SQLException(failure.getMessage(), failure.getSQLState(), failure);
        }
        try {
            open = connect();
            wire = open;
            if (closed) { // Meanwhile; then nothing else would disconnect it.
                throw closed();
            }
            ServerFacts found = ServerFacts.read(open);
            identity = identify(open, found);
            // Before the facts are visible: an answer from before them must not pass for a later one.
            factsRead = clock.nanos();
            facts = found;
            rememberPosition(open, found);
            failure = null;
            return open;
        } catch (SQLException e) {
            failure = e;
            failedAt = clock.nanos();
            throw e;
        }
    }

    private SQLException closed() {
        return new SQLException("recovery of node '%s' has been closed".formatted(node.name()), "08003");
    }

    private Wire connect() throws SQLException {
        try {
            return node.connectForRecovery();
        } catch (SQLException e) {
            throw NoConnection.unreachable(node, e);
        }
    }

    /**
     * Notes where the server is, as the session of another node on the same server has seen it. Never waits. Only what
     * is certainly newer than all that this connection has seen is noted: the history is a sequence.
     *
     * @param incarnation of the server that answered
     * @param position where it is
     * @param asked when it was queried, by the monotonic clock
     */
    void heard(String incarnation, PreparedList.Position position, long asked) {
        if (lock.tryLock()) {
            try {
                ServerFacts known = facts;
                if (known != null && known.incarnation().equals(incarnation) && asked - used > 0) {
                    history.saw(node.name(), incarnation, position, clock.nanos());
                }
            } finally {
                lock.unlock();
            }
        }
    }

    /** Whether the last facts are those of a primary. A promotion cuts no connection, and makes earlier facts wrong. */
    private boolean isOfAPrimary() {
        ServerFacts known = facts;
        return known != null && known.primary();
    }

    /** Runs before any query for an xid: since the last connection the server may have gone back to an older disk. */
    private void rememberPosition(Wire open, ServerFacts found) throws SQLException {
        PreparedList.position(open).ifPresent(p -> history.saw(node.name(), found.incarnation(), p, clock.nanos()));
    }

    boolean isClosed() {
        return closed;
    }

    private NodeIdentity identify(Wire open, @Nullable ServerFacts found) throws SQLException {
        try {
            return schema.identity(open)
                    .orElseThrow(() -> new SQLException(
                            "the decision schema is missing: run its DDL, or set decision.initialize-schema=always",
                            "3F000"));
        } catch (MisplacedIdentityException e) {
            // The address leads to a copy now.
            identity = null;
            facts = found;
            throw e;
        }
    }

    /** Reads the identity again: an operator may have assigned another one. */
    void identifyAgain() throws SQLException {
        use(c -> identity = identify(c, facts));
    }

    private void disconnect() {
        Wire open = wire;
        wire = null;
        if (open != null) {
            open.abort();
        }
    }

    /** May be called while another thread waits for an answer: closing the connection ends the wait. */
    @Override
    public void close() {
        closed = true;
        disconnect();
    }
}
