package io.github.postgresxa.node;

import java.sql.Connection;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;
import org.postgresql.core.BaseConnection;
import org.postgresql.xa.PGXADataSource;

/** Opens connections of our own: for recovery, and for asking again after a lost reply. */
final class DriverDialer {

    /** Connections of our own never wait longer than this for a server that does not answer, in seconds. */
    private static final int CONNECT_LIMIT = 3;

    private static final int ANSWER_LIMIT = 10;

    private DriverDialer() {}

    static Wire dial(Node node, @Nullable String username, @Nullable String password) throws SQLException {
        PGXADataSource source = new PGXADataSource();
        source.setUrl(node.poolUrl());
        source.setConnectTimeout(CONNECT_LIMIT);
        source.setLoginTimeout(CONNECT_LIMIT);
        source.setSocketTimeout(ANSWER_LIMIT);
        source.setReadOnly(false);
        PhysicalConnection physical = connect(source, username, password);
        Wire wire = new DriverWire(physical);
        Reply reply = wire.send(SearchPath.PIN_SESSION + "set statement_timeout = 0;\n" + Durability.RAISE_FOR_SESSION);
        if (reply.error() != null) {
            wire.abort();
        }
        reply.orThrow();
        return wire;
    }

    /** Where the driver breaks, it is as if the node did not answer: who asks has to know, and asks again. */
    private static PhysicalConnection connect(
            PGXADataSource source, @Nullable String username, @Nullable String password) throws SQLException {
        try {
            Connection open = username == null ? source.getConnection() : source.getConnection(username, password);
            return new PhysicalConnection(open.unwrap(BaseConnection.class));
        } catch (RuntimeException | Error e) {
            throw new SQLException("the driver failed while it connected (%s)".formatted(e), "08001", e);
        }
    }
}
