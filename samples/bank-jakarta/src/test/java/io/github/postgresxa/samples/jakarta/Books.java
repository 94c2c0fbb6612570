package io.github.postgresxa.samples.jakarta;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.postgresxa.samples.jakarta.server.Wait;
import io.github.postgresxa.test.PostgresNode;
import io.github.postgresxa.test.PreparedTransaction;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** The auditor: reads the databases directly, not through the bank. */
final class Books {

    private static final long ALL_MONEY = 20_000;

    private final List<PostgresNode> nodes;

    Books(PostgresNode... nodes) {
        this.nodes = List.of(nodes);
    }

    /** Every account has 1000 again, and the ledgers are empty. */
    void open() {
        nodes.forEach(node -> node.execute("update account set balance = 1000", "delete from ledger"));
    }

    long balance(String account) {
        String[] parts = account.split("/");
        return nodes.stream()
                .filter(node -> node.name().equals(parts[0]))
                .findFirst()
                .orElseThrow()
                .queryForLong("select balance from account where id = ?", Integer.parseInt(parts[1]));
    }

    long money() {
        return nodes.stream()
                .mapToLong(node -> node.queryForLong("select sum(balance) from account"))
                .sum();
    }

    /** The amounts of each transfer's legs. */
    Map<UUID, List<Long>> transfers() {
        var legs = new HashMap<UUID, List<Long>>();
        for (PostgresNode node : nodes) {
            try (var connection = node.connect();
                    var rows = connection.createStatement().executeQuery("select transfer_id, amount from ledger")) {
                while (rows.next()) {
                    legs.computeIfAbsent(rows.getObject(1, UUID.class), id -> new ArrayList<>())
                            .add(rows.getLong(2));
                }
            } catch (SQLException e) {
                throw new AssertionError("the ledger on " + node.name() + " cannot be read", e);
            }
        }
        return legs;
    }

    List<String> prepared() {
        return nodes.stream()
                .flatMap(node -> node.preparedTransactions().stream())
                .map(PreparedTransaction::gid)
                .toList();
    }

    void awaitNothingPrepared(Duration limit) {
        Wait.atMost(limit, () -> prepared().isEmpty(), () -> "still prepared: " + prepared());
    }

    void assertInOrder() {
        assertThat(money()).as("money of both banks").isEqualTo(ALL_MONEY);
        assertThat(transfers()).as("legs of each transfer").allSatisfy((id, legs) -> {
            assertThat(legs).hasSize(2);
            assertThat(legs.get(0) + legs.get(1)).isZero();
        });
    }
}
