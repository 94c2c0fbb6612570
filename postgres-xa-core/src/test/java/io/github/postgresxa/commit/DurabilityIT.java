package io.github.postgresxa.commit;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.postgresxa.PostgresXa;
import io.github.postgresxa.TransactionId;
import io.github.postgresxa.security.Roles;
import io.github.postgresxa.support.Bank;
import io.github.postgresxa.support.Eventually;
import io.github.postgresxa.test.PostgresNode;
import io.github.postgresxa.test.PostgresNodes;
import io.github.postgresxa.test.fault.FaultPlan;
import io.github.postgresxa.test.fault.FaultProxy;
import io.github.postgresxa.test.fault.MessageKind;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A decision is on disk before any branch obeys it, however loosely a server is configured. */
@PostgresNodes({"east", "west"})
class DurabilityIT {

    @ParameterizedTest
    @CsvSource({"off, on", "local, on", "remote_write, on", "on, on", "remote_apply, remote_apply"})
    void synchronousCommitIsRaisedForDecisionsAndFences(
            String server, String decided, PostgresNode east, PostgresNode west) throws Exception {
        for (PostgresNode node : List.of(east, west)) {
            node.execute("alter role postgres set synchronous_commit = " + server);
        }
        Bank.open(east, west).close();
        FaultPlan plan = new FaultPlan();
        Queue<String> decisions = new ConcurrentLinkedQueue<>();
        plan.at(message -> message.kind() == MessageKind.DECISION && !decisions.add(message.sql()))
                .loseRequest();
        try (FaultProxy proxy = FaultProxy.before(east, plan);
                Bank bank = Bank.over(
                        PostgresXa.builder()
                                .home("first-used")
                                .name("bank")
                                .recovery(Bank.FAST)
                                .node("east", proxy.jdbcUrl(), east.username(), east.password())
                                .node("west", west.jdbcUrl(), west.username(), west.password())
                                .build(),
                        List.of(east, west))) {
            east.execute(
                    "create table if not exists written (outcome text, durability text)",
                    "truncate written",
                    """
                    create or replace function note_durability() returns trigger language plpgsql as
                    'begin insert into public.written values (new.outcome, \
                    current_setting(''synchronous_commit'')); return new; end'
                    """,
                    "create or replace trigger note before insert on pgxa.decision"
                            + " for each row execute function note_durability()");
            bank.transaction().begin();
            bank.add("east", -1);
            bank.add("west", 1);
            bank.transaction().commit();
            Roles.leavePrepared(west, west.username(), east, TransactionId.random(), 10);
            Eventually.eventually(Duration.ofSeconds(10), "it is fenced", () -> bank.prepared() == 0);
            assertThat(east.queryForString(
                            "select string_agg(distinct durability, ', ') from written where outcome = 'A'"))
                    .isEqualTo(decided);
            assertThat(decisions)
                    .singleElement()
                    .satisfies(sql -> assertThat(asItCommits(east, sql)).isEqualTo(decided));
        } finally {
            for (PostgresNode node : List.of(east, west)) {
                node.execute("alter role postgres reset synchronous_commit");
            }
        }
    }

    /**
     * {@return what the decision commits with} The setting comes after the row and the deferred triggers, so no
     * trigger sees it.
     */
    private static String asItCommits(PostgresNode home, String decision) throws SQLException {
        String[] statements = decision.strip().split(";\n");
        assertThat(statements[statements.length - 1]).isEqualTo("commit");
        try (Connection c = home.connect();
                Statement s = c.createStatement()) {
            c.setAutoCommit(false);
            s.execute(statements[statements.length - 2]);
            try (ResultSet rows = s.executeQuery("show synchronous_commit")) {
                rows.next();
                return rows.getString(1);
            }
        }
    }
}
