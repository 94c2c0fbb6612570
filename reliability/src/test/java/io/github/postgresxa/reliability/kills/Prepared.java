package io.github.postgresxa.reliability.kills;

import io.github.postgresxa.test.PostgresNode;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

/** Lists what is prepared, quickly, over connections that stay open. */
final class Prepared implements AutoCloseable {

    private final List<Connection> connections = new ArrayList<>();

    private final String question;

    /**
     * Opens the connections.
     *
     * @param nodes the nodes to query
     * @param exceptOfHome the identity of a home whose branches do not count, because it is out of reach
     */
    Prepared(List<PostgresNode> nodes, String exceptOfHome) throws SQLException {
        this.question = "select gid from pg_prepared_xacts where gid not like '%/" + exceptOfHome + "/%'";
        for (PostgresNode node : nodes) {
            connections.add(node.connect());
        }
    }

    Set<String> gids() throws SQLException {
        Set<String> gids = new HashSet<>();
        for (Connection c : connections) {
            try (Statement s = c.createStatement();
                    ResultSet rows = s.executeQuery(question)) {
                while (rows.next()) {
                    gids.add(rows.getString(1));
                }
            }
        }
        return gids;
    }

    boolean anyOf(Predicate<String> which) throws SQLException {
        return gids().stream().anyMatch(which);
    }

    @Override
    public void close() throws SQLException {
        for (Connection c : connections) {
            c.close();
        }
    }
}
