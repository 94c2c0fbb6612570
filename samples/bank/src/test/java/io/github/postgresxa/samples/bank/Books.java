package io.github.postgresxa.samples.bank;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.postgresxa.test.PostgresNode;
import io.github.postgresxa.test.PreparedTransaction;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** The auditor: reads the databases directly, not through the bank. */
final class Books {

    private static final long ALL_MONEY = 20_000;
    private static final Duration RECOVERY_LIMIT = Duration.ofSeconds(10);

    private static final String WRONG_BALANCES = """
            select count(*)
            from account
            where balance <> 1000 + (select coalesce(sum(amount), 0) from ledger where account = account.id)
            """;

    private final List<PostgresNode> nodes;

    Books(PostgresNode... nodes) {
        this.nodes = Arrays.asList(nodes);
    }

    long money() {
        return nodes.stream()
                .mapToLong(node -> node.queryForLong("select sum(balance) from account"))
                .sum();
    }

    /** The amounts of a transfer's legs, by its id. */
    Map<String, List<Long>> transfers() {
        var legs = new HashMap<String, List<Long>>();
        for (PostgresNode node : nodes) {
            try (var connection = node.connect();
                    var rows =
                            connection.createStatement().executeQuery("select transfer_id::text, amount from ledger")) {
                while (rows.next()) {
                    legs.computeIfAbsent(rows.getString(1), id -> new ArrayList<>())
                            .add(rows.getLong(2));
                }
            } catch (SQLException e) {
                throw new AssertionError("the ledger on " + node.name() + " cannot be read", e);
            }
        }
        return legs;
    }

    /** The gids of all prepared branches. */
    Set<String> prepared() {
        return nodes.stream()
                .flatMap(node -> node.preparedTransactions().stream())
                .map(PreparedTransaction::gid)
                .collect(Collectors.toSet());
    }

    /** After a crash this needs a running bank. Other transactions may be prepared meanwhile. */
    void awaitFinished(Set<String> gids) {
        Wait.atMost(
                RECOVERY_LIMIT, () -> Collections.disjoint(prepared(), gids), () -> "still prepared: " + prepared());
    }

    void awaitNothingPrepared() {
        Wait.atMost(RECOVERY_LIMIT, () -> prepared().isEmpty(), () -> "still prepared: " + prepared());
    }

    void assertInOrder(Set<String> acknowledged) {
        awaitNothingPrepared();
        assertThat(money()).as("money of both banks").isEqualTo(ALL_MONEY);
        var transfers = transfers();
        assertThat(transfers).as("legs of each transfer").allSatisfy((id, legs) -> {
            assertThat(legs).hasSize(2);
            assertThat(legs.get(0) + legs.get(1)).isZero();
        });
        assertThat(transfers.keySet()).as("acknowledged transfers").containsAll(acknowledged);
        nodes.forEach(node -> assertThat(node.queryForLong(WRONG_BALANCES))
                .as("balances on %s that disagree with its ledger", node.name())
                .isZero());
    }
}
