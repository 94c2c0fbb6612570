package io.github.postgresxa.recovery;

import io.github.postgresxa.decision.DecisionSchema;
import io.github.postgresxa.decision.MisplacedIdentityException;
import io.github.postgresxa.gid.NodeIdentity;
import io.github.postgresxa.node.MonotonicClock;
import io.github.postgresxa.node.Node;
import io.github.postgresxa.node.ServerFacts;
import io.github.postgresxa.node.Wire;
import io.github.postgresxa.prepared.PreparedList;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Recovery's own connection to a node: opened when it is needed, closed after any error, never taken from the pool. A node that does not answer
 * is not tried again for a moment, so that it holds nobody up.
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

    /** {@return when that was, by the monotonic clock} */
    long factsRead() {
        return factsRead;
    }

    /** {@return how far this process has seen its log} */
    LogHistory history() {
        return history;
    }

    /** {@return within what an xid of this node means one transaction: its incarnation, and how often that has gone back} */
    String era() {
        ServerFacts found = facts;
        return (found == null ? "" : found.incarnation()) + "/" + history.timesBack();
    }

    /** {@return the present moment, by the same clock} */
    long nanos() {
        return clock.nanos();
    }

    /**
     * Does something on the connection, alone.
     *
     * @throws SQLException if the node did not answer, or what it answered
     */
    <T> T use(Use<T> use) throws SQLException {
        lock.lock();
        try {
            return use.with(open());
        } catch (Throwable e) { // Whatever it was: nobody knows what its session is in the middle of.
            disconnect();
            throw e;
        } finally {
            lock.unlock();
        }
    }

    private Wire open() throws SQLException {
        if (closed) {
            throw new SQLException("recovery of node '%s' has been closed".formatted(node.name()), "08003");
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
            open = node.connectForRecovery();
            wire = open;
            ServerFacts found = ServerFacts.read(open);
            identity = identify(open, found);
            factsRead = clock.nanos(); // Before the facts can be seen: an answer from before them must not pass for a
            // later one.
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

    /** A promotion cuts no connection, and what the server said of itself before it is wrong afterwards. */
    private boolean isOfAPrimary() {
        ServerFacts known = facts;
        return known != null && known.primary();
    }

    /** Before an xid is asked for on it: since the last connection the server may have been given an older disk. */
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
            identity = null; // The address leads to a copy now.
            facts = found;
            throw e;
        }
    }

    /** Asks again who the database is: an operator may have given it another identity. */
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

    /** Also while somebody waits for an answer on it: closing the connection ends the wait. */
    @Override
    public void close() {
        closed = true;
        disconnect();
    }
}
