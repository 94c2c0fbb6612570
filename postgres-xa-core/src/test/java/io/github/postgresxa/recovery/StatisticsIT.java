package io.github.postgresxa.recovery;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.postgresxa.NodeStatistics;
import io.github.postgresxa.support.Bank;
import io.github.postgresxa.support.Eventually;
import io.github.postgresxa.test.PostgresNode;
import io.github.postgresxa.test.PostgresNodes;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Numbers that a dashboard needs and the protocol does not. */
@PostgresNodes({"east", "west"})
class StatisticsIT {

    private static final Duration A_FEW_QUESTIONS = Duration.ofSeconds(40);

    /** Both are read with one question, at long intervals. */
    @Test
    void aNodeTellsHowManyDecisionsItKeepsAndHowOldAPreparedTransactionOfSomebodyElseIs(
            PostgresNode east, PostgresNode west) throws Exception {
        try (Bank bank = Bank.open(east, west)) {
            assertThat(bank.xa.statistics()).extracting(NodeStatistics::node).containsExactly("east", "west");
            assertThat(oldestForeign(bank)).isEmpty();
            east.execute("insert into pgxa.decision (gtrid, outcome, xid, coordinator)"
                    + " select gen_random_uuid(), 'C', '1'::xid8, 'many' from generate_series(1, 300) g");
            try (Connection c = east.connect();
                    Statement s = c.createStatement()) {
                c.setAutoCommit(false);
                s.executeUpdate("create table of_somebody_else (id int)");
                s.execute("prepare transaction 'of somebody else'");
            }
            Eventually.eventually(
                    A_FEW_QUESTIONS,
                    "both are shown",
                    () -> rows(bank, "east") >= 300 && oldestForeign(bank).isPresent());
            assertThat(rows(bank, "west")).isLessThan(300);
            assertThat(oldestForeign(bank).orElseThrow()).isLessThan(A_FEW_QUESTIONS);

            east.execute("rollback prepared 'of somebody else'");
            Eventually.eventually(
                    A_FEW_QUESTIONS, "it is gone", () -> oldestForeign(bank).isEmpty());
        }
    }

    private static long rows(Bank bank, String node) {
        Long rows = of(bank, node).decisionRows();
        return rows == null ? -1 : rows;
    }

    private static Optional<Duration> oldestForeign(Bank bank) {
        return Optional.ofNullable(of(bank, "east").oldestForeign());
    }

    private static NodeStatistics of(Bank bank, String node) {
        return bank.xa.statistics().stream()
                .filter(n -> n.node().equals(node))
                .findFirst()
                .orElseThrow();
    }
}
