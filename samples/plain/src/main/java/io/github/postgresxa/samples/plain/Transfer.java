package io.github.postgresxa.samples.plain;

import io.github.postgresxa.PostgresXa;
import java.sql.Connection;
import java.sql.SQLException;
import javax.sql.DataSource;

/** Moves money from account 1 in the east to account 7 in the west. Arguments: the two URLs and the amount. */
final class Transfer {

    private Transfer() {}

    public static void main(String... args) throws Exception {
        try (PostgresXa xa = PostgresXa.builder()
                .name("plain")
                .node("east", args[0], null, null)
                .node("west", args[1], null, null)
                .build()) {
            long amount = Long.parseLong(args[2]);
            xa.inTransaction(() -> {
                add(xa.dataSource("east"), 1, -amount);
                add(xa.dataSource("west"), 7, amount);
            });
        }
    }

    private static void add(DataSource node, int account, long amount) throws SQLException {
        try (Connection connection = node.getConnection();
                var update = connection.prepareStatement("update account set balance = balance + ? where id = ?")) {
            update.setLong(1, amount);
            update.setInt(2, account);
            update.executeUpdate();
        }
    }
}
