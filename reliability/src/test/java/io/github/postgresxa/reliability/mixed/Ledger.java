package io.github.postgresxa.reliability.mixed;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.postgresxa.test.PostgresNode;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/** What orders leave at two nodes: an order moves one unit, from the first node or to it, and is noted at both. */
final class Ledger {

    /** What a node refuses when it prepares it. */
    static final String REFUSED = "insert into refused values (0), (0)";

    private static final int ACCOUNTS = 200;

    private final List<PostgresNode> nodes;

    Ledger(List<PostgresNode> nodes) {
        this.nodes = nodes;
        for (PostgresNode node : nodes) {
            node.execute(
                    "drop table if exists account, done, refused",
                    "create table account (id int primary key, balance int not null)",
                    "insert into account select i, 0 from generate_series(0, %d) i".formatted(ACCOUNTS - 1),
                    "create table done (number int not null)", // Not unique: an order that is done twice is to be seen.
                    "create table refused (id int unique deferrable initially deferred)");
        }
    }

    /** {@return the statement that does an order's part at one node} */
    static String move(int number, int amount) {
        return "with moved as (update account set balance = balance + %d where id = %d returning id)"
                        .formatted(amount, number % ACCOUNTS)
                + " insert into done select %d from moved".formatted(number);
    }

    /** Checks that each of the first orders was done once at each node, and nothing else. */
    void verify(int orders) throws SQLException {
        List<Integer> all = IntStream.range(0, orders).boxed().toList();
        for (int i = 0; i < nodes.size(); i++) {
            PostgresNode node = nodes.get(i);
            assertThat(column(node, "select number from done order by number"))
                    .as("orders that are done at " + node.name())
                    .isEqualTo(all);
            assertThat(column(node, "select balance from account order by id"))
                    .as("balances at " + node.name())
                    .isEqualTo(balances(orders, i));
        }
    }

    private static List<Integer> balances(int orders, int node) {
        int[] balances = new int[ACCOUNTS];
        for (int number = 0; number < orders; number++) {
            balances[number % ACCOUNTS] += number % 2 == node ? -1 : 1;
        }
        return IntStream.of(balances).boxed().toList();
    }

    private static List<Integer> column(PostgresNode node, String query) throws SQLException {
        List<Integer> column = new ArrayList<>();
        try (Connection c = node.connect();
                Statement s = c.createStatement();
                ResultSet rows = s.executeQuery(query)) {
            while (rows.next()) {
                column.add(rows.getInt(1));
            }
        }
        return column;
    }
}
