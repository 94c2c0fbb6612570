package io.github.postgresxa.recovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.postgresxa.DecisionSettings;
import io.github.postgresxa.Outcome;
import io.github.postgresxa.RecoveryReport;
import io.github.postgresxa.RecoverySettings;
import io.github.postgresxa.TransactionId;
import io.github.postgresxa.operations.DecisionState;
import io.github.postgresxa.operations.Explanation;
import io.github.postgresxa.operations.RefusedException;
import io.github.postgresxa.operations.ResolveAction;
import io.github.postgresxa.operations.ResolveRequest;
import io.github.postgresxa.support.Bank;
import io.github.postgresxa.support.Eventually;
import io.github.postgresxa.test.PostgresNode;
import io.github.postgresxa.test.PostgresNodes;
import jakarta.transaction.RollbackException;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A person has written unreadable rows into the decision log. Each counts as one row: its transaction is in doubt
 * with that reason. It is not obeyed, not deleted, and not taken for an absent row. Everything beside it is
 * settled.
 */
@PostgresNodes({"east", "west"})
class MalformedRowIT {

    private static final RecoverySettings BY_HAND = new RecoverySettings(true, Duration.ofMinutes(5), Duration.ZERO);

    private static final String NOT_AN_IDENTITY = "'C', array['zzz'], array['1'::xid8], array['x']";

    private PostgresNode east;
    private PostgresNode west;

    @BeforeEach
    void begin(PostgresNode east, PostgresNode west) {
        this.east = east;
        this.west = west;
    }

    /** A failed case must not leave its locks to the next one. */
    @AfterEach
    void endWhatIsLeft() {
        for (PostgresNode node : List.of(east, west)) {
            node.preparedTransactions().forEach(p -> node.execute("rollback prepared '%s'".formatted(p.gid())));
        }
    }

    private void insert(TransactionId id, String row) {
        east.execute("insert into pgxa.decision (gtrid, xid, coordinator, decided_at, outcome, participants,"
                + " participant_xids, participant_incarnations)"
                + " values ('%s', '1000', E'odd\\n\\x07', now() - interval '1 min', %s)"
                        .formatted(id, row.replace("<west>", Bank.identity(west))));
    }

    private String row(TransactionId id) {
        return east.queryForString("select d::text from pgxa.decision d where gtrid = ?::uuid", id.toString());
    }

    static Stream<String> malformed() {
        return Stream.of(
                NOT_AN_IDENTITY,
                "'A', array['zzz'], array['1'::xid8], array['x']",
                "'C', array['<west>'], '{}', '{}'",
                "'C', array['<west>'], array['1'::xid8, '2'], array['x']",
                "'A', '{}', array['1'::xid8], '{}'",
                "'C', array['<west>', null], array['1'::xid8, null], array['x', null]",
                "'C', array[null::text], array[null::xid8], array[null::text]",
                "'C', array['<west>'], array[null::xid8], array['x']",
                "'C', array['<west>'], array['1'::xid8], array['a,b']",
                "'C', array[upper('<west>') || '!'], array['1'::xid8], array['x']",
                "'C', array[E'\\x1b[31m\\n'], array['1'::xid8], array['x']");
    }

    @ParameterizedTest
    @MethodSource("malformed")
    void oneThatCannotBeReadIsInDoubtAndItsNeighboursAreSettled(String malformed) throws Exception {
        try (Bank bank = Bank.open(b -> b.recovery(BY_HAND), east, west)) {
            east.execute("truncate pgxa.decision", "insert into account values (2, 0), (3, 0) on conflict do nothing");
            west.execute("insert into account values (2, 0), (3, 0) on conflict do nothing");
            TransactionId bad = TransactionId.random();
            TransactionId committed = TransactionId.random();
            TransactionId undecided = TransactionId.random();
            Bank.leavePrepared(bad, 1, east, west);
            Bank.leavePrepared(committed, 2, east, west);
            Bank.leavePrepared(undecided, 3, east, west);
            insert(bad, malformed);
            insert(committed, "'C', array['<west>'], array['1'::xid8], array['odd text']");
            String before = row(bad);

            RecoveryReport report = bank.xa.recoverNow();

            assertThat(report.committed()).as(report.toString()).isEqualTo(1);
            assertThat(report.rolledBack()).as(report.toString()).isEqualTo(1);
            assertThat(bank.xa.inDoubt()).singleElement().satisfies(b -> {
                assertThat(b.transaction()).isEqualTo(bad);
                assertThat(b.reason())
                        .contains("at its home 'east'", bad.toString(), "cannot be read", "by hand")
                        .doesNotContain("does not answer")
                        .doesNotContainPattern("\\p{Cntrl}");
            });
            assertThat(row(bad)).isEqualTo(before);
            assertThat(bank.xa.outcome(bad)).isEqualTo(Outcome.UNKNOWN);
            Explanation explained = bank.xa.operations().explain(bad);
            assertThat(explained.state()).isEqualTo(DecisionState.UNKNOWN);
            assertThat(explained.unreachable()).isEmpty();
            assertThat(explained.summary()).contains("'east'", "cannot be read");
            assertThat(bank.xa.operations().explain(committed).state()).isEqualTo(DecisionState.COMMIT);
            assertThatThrownBy(() -> bank.xa
                            .operations()
                            .resolve(new ResolveRequest(
                                    bad, ResolveAction.ROLLBACK, DecisionState.UNKNOWN, "a test", "a test", false)))
                    .isInstanceOf(RefusedException.class)
                    .hasMessageContaining("cannot be read");

            east.execute(("update pgxa.decision set outcome = 'C', participants = array['%s'],"
                                    + " participant_xids = array['1'::xid8],")
                            .formatted(Bank.identity(west))
                    + " participant_incarnations = array['x'] where gtrid = '" + bad + "'");
            assertThat(bank.xa.recoverNow().committed())
                    .as("once it is corrected")
                    .isEqualTo(1);
            assertThat(bank.balances()).containsExactly(1000L, 1010L);
            assertThat(bank.prepared()).isZero();
        }
    }

    @Test
    void theJanitorDeletesWhatStandsBesideItOnThisNodeAndOnOthers() throws Exception {
        DecisionSettings atOnce = new DecisionSettings("pgxa", true, Duration.ZERO, false);
        try (Bank bank = Bank.open(b -> b.decision(atOnce), east, west)) {
            east.execute("truncate pgxa.decision");
            for (String malformed : new String[] {
                NOT_AN_IDENTITY,
                "'C', array[null::text], array[null::xid8], array[null::text]",
                "'A', '{}', array['1'::xid8], '{}'"
            }) {
                insert(TransactionId.random(), malformed);
            }
            String sound = "insert into pgxa.decision (gtrid, outcome, xid, coordinator, decided_at)"
                    + " select gen_random_uuid(), o, '3'::xid8, 'sound', now() - g * interval '1 s'"
                    + " from generate_series(1, 1100) g, unnest(array['C', 'A']) o";
            east.execute(sound);
            west.execute(sound);

            assertThat(bank.xa.nodes()).hasSize(2);
            Eventually.eventually(
                    Duration.ofSeconds(20),
                    "all that can be read is gone",
                    () -> east.queryForLong("select count(*) from pgxa.decision where coordinator = 'sound'") == 0
                            && west.queryForLong("select count(*) from pgxa.decision where coordinator = 'sound'")
                                    == 0);
            assertThat(east.queryForLong("select count(*) from pgxa.decision")).isEqualTo(3);
            east.execute("truncate pgxa.decision");
        }
    }

    /** A coordinator that asks for a decision after a lost reply reads it through the same fence. */
    @Test
    void aFenceNeverTakesItForARowOfItsOwn() throws Exception {
        try (Bank bank = Bank.open(b -> b.recovery(BY_HAND), east, west)) {
            bank.transaction().begin();
            bank.add("east", -10);
            bank.add("west", 10);
            TransactionId id = bank.xa.currentTransaction().orElseThrow();
            insert(id, NOT_AN_IDENTITY);
            assertThatThrownBy(() -> bank.transaction().commit())
                    .as("its key is taken, so nothing is decided")
                    .isInstanceOf(RollbackException.class);
            bank.xa.recoverNow();
            assertThat(bank.balances()).containsExactly(1000L, 1000L);
            assertThat(bank.prepared()).isZero();
            assertThat(row(id)).contains("zzz");
            east.execute("truncate pgxa.decision");
        }
    }
}
