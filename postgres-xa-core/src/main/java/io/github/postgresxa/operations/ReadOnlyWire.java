package io.github.postgresxa.operations;

import io.github.postgresxa.node.Connector;
import io.github.postgresxa.node.Reply;
import io.github.postgresxa.node.SearchPath;
import io.github.postgresxa.node.Wire;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.postgresql.core.TransactionState;

/**
 * Runs each message in a transaction of its own in which the server refuses to write. It sets nothing in the session:
 * behind a pooler that shares sessions, a setting would reach the application that is observed.
 */
final class ReadOnlyWire implements Wire {

    /** A query that waits, for a lock on a catalog say, ends before the connection is given up. */
    private static final String BEGIN = "start transaction isolation level read committed, read only;\n"
            + SearchPath.PIN
            + "set local statement_timeout = '8s';\n";

    private static final int BEFORE = 3;

    private final Wire wire;

    private ReadOnlyWire(Wire wire) {
        this.wire = wire;
    }

    /** {@return a connector whose wires only read} */
    static Connector over(Connector untouched) {
        return (node, username, password) -> new ReadOnlyWire(untouched.connect(node, username, password));
    }

    @Override
    public Reply send(String sql) {
        String statements = sql.strip();
        Reply reply = wire.send(BEGIN + statements + (statements.endsWith(";") ? "\n" : ";\n") + "commit");
        if (reply.error() != null && !reply.gone()) {
            wire.send("rollback");
        }
        return inner(reply);
    }

    /** {@return the reply to what was sent, without the statements around it} */
    private static Reply inner(Reply whole) {
        List<String> tags = whole.tags();
        int end = whole.error() == null ? tags.size() - 1 : tags.size();
        return new Reply(
                List.copyOf(tags.subList(Math.min(BEFORE, tags.size()), Math.max(Math.min(BEFORE, tags.size()), end))),
                whole.results().stream()
                        .map(result -> new Reply.Result(result.statement() - BEFORE, result.rows()))
                        .toList(),
                whole.standbyMissed(),
                whole.error(),
                whole.state(),
                whole.gone());
    }

    @Override
    public TransactionState state() {
        return wire.state();
    }

    @Override
    public boolean isClosed() {
        return wire.isClosed();
    }

    @Override
    public @Nullable Throwable fault() {
        return wire.fault();
    }

    @Override
    public int backend() {
        return wire.backend();
    }

    @Override
    public int answerLimit() throws SQLException {
        return wire.answerLimit();
    }

    @Override
    public void answerLimit(int millis) throws SQLException {
        wire.answerLimit(millis);
    }

    @Override
    public boolean readOnly() {
        return true;
    }

    @Override
    public void readOnly(boolean wanted) {
        if (!wanted) {
            throw new IllegalStateException("this connection only reads");
        }
    }

    @Override
    public void cancel() throws SQLException {
        wire.cancel();
    }

    @Override
    public void abort() {
        wire.abort();
    }

    @Override
    public Connection connection() {
        throw new IllegalStateException("this connection only reads, and no application uses it");
    }

    @Override
    public void close() throws SQLException {
        wire.close();
    }
}
