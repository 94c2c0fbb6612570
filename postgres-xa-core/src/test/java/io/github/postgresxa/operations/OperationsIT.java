package io.github.postgresxa.operations;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.postgresxa.DecisionSettings;
import io.github.postgresxa.NodeSettings;
import io.github.postgresxa.PostgresXa;
import io.github.postgresxa.TransactionId;
import io.github.postgresxa.support.Bank;
import io.github.postgresxa.test.PostgresNode;
import io.github.postgresxa.test.PostgresNodes;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What an operator sees and does while no application runs. */
@PostgresNodes({"east", "west"})
class OperationsIT {

    private PostgresNode east;
    private PostgresNode west;
    private Operations operations;

    @BeforeEach
    void open(PostgresNode east, PostgresNode west) {
        this.east = east;
        this.west = west;
        Orphan.tables(east, west);
        operations = on(east, west);
    }

    private static Operations on(PostgresNode... nodes) {
        List<NodeSettings> settings = Stream.of(nodes).map(Bank::settings).toList();
        return Operations.on(settings, DecisionSettings.DEFAULT, Console.naming(settings, "pgxa"), Duration.ZERO);
    }

    @AfterEach
    void nothingIsLeftPrepared() {
        for (PostgresNode node : List.of(east, west)) {
            node.preparedTransactions().forEach(p -> node.execute("rollback prepared '%s'".formatted(p.gid())));
        }
    }

    private static ResolveRequest order(Orphan orphan, ResolveAction action, DecisionState expected, boolean force) {
        return new ResolveRequest(orphan.id(), action, expected, "the ticket says so", "a test", force);
    }

    private String decision(Orphan orphan) {
        return east.queryForString(
                "select coalesce((select outcome from pgxa.decision where gtrid = '%s'), '-')".formatted(orphan.id()));
    }

    @Nested
    class Explaining {

        @Test
        void namesTheLocksTheWaitingSessionAndTheHeldBackXmin() throws Exception {
            Orphan orphan = Orphan.leave(east, west);
            try (Connection waiting = west.connect();
                    Statement s = waiting.createStatement()) {
                int pid;
                s.execute("set application_name = 'waits for money'");
                try (ResultSet row = s.executeQuery("select pg_backend_pid()")) {
                    row.next();
                    pid = row.getInt(1);
                }
                CompletableFuture<?> update = CompletableFuture.runAsync(() -> {
                    try {
                        s.executeUpdate("update account set balance = 0 where id = 1");
                    } catch (SQLException ended) {
                        throw new IllegalStateException(ended);
                    }
                });
                while (west.queryForLong("select count(*) from pg_locks where not granted and pid = ?", pid) == 0) {
                    Thread.onSpinWait();
                }
                west.execute("create table if not exists other (i int)", "insert into other values (1)");

                Explanation explanation = operations.explain(orphan.id());

                assertThat(explanation.state()).isEqualTo(DecisionState.NONE);
                assertThat(explanation.home()).isEqualTo("east");
                assertThat(explanation.unreachable()).isEmpty();
                BranchExplanation branch = explanation.branches().get(0);
                assertThat(branch.node()).isEqualTo("west");
                assertThat(branch.gid()).isEqualTo(orphan.gid());
                assertThat(branch.locks()).contains(new HeldLock("relation", "RowExclusiveLock", "public.account"));
                assertThat(branch.waiting())
                        .singleElement()
                        .satisfies(w -> assertThat(w.application()).isEqualTo("waits for money"))
                        .satisfies(w -> assertThat(w.waitsFor()).isEqualTo("row"));
                assertThat(branch.waiting().get(0).pid()).isEqualTo(pid);
                assertThat(branch.holdsBackVacuum()).isTrue();
                assertThat(branch.xidAge()).isPositive();
                assertThat(branch.verdict()).contains("fenced", "'east'");

                operations.resolve(order(orphan, ResolveAction.ROLLBACK, DecisionState.NONE, false));
                update.join();
            }
        }

        @Test
        void saysWhatRecoveryWillDoAndWhy() throws Exception {
            Orphan decided = Orphan.leave(east, west);
            decided.decide(east, "C");
            assertThat(operations.explain(decided.id()).branches().get(0).verdict())
                    .startsWith("will be committed");
            east.execute("update pgxa.decision set outcome = 'A'");
            assertThat(operations.explain(decided.id()).branches().get(0).verdict())
                    .startsWith("will be rolled back");
            east.execute("update pgxa.decision set outcome = 'C', participants = '{}', participant_xids = '{}',"
                    + " participant_incarnations = '{}'");
            assertThat(operations.explain(decided.id()).branches().get(0).verdict())
                    .contains("does not name this branch");
            assertThat(on(west).explain(decided.id()).branches().get(0).verdict())
                    .startsWith("in doubt")
                    .contains(Orphan.identity(east));
        }

        @Test
        void ofANodeThatDoesNotAnswerTellsSoAndShowsTheOthers() throws Exception {
            Orphan orphan = Orphan.leave(east, west);
            east.kill();
            try {
                Explanation explanation = operations.explain(orphan.id());
                assertThat(explanation.state()).isEqualTo(DecisionState.UNKNOWN);
                assertThat(explanation.unreachable()).containsOnlyKeys("east");
                assertThat(explanation.branches()).hasSize(1);
                assertThat(explanation.summary()).contains("Bring back what does not: east");
            } finally {
                east.start();
            }
        }

        @ParameterizedTest
        @ValueSource(strings = {"C", "A", ""})
        void printsACommandThatSettlesIt(String decision) throws Exception {
            Orphan orphan = Orphan.leave(east, west);
            if (!decision.isEmpty()) {
                orphan.decide(east, decision);
            }
            String summary = operations.explain(orphan.id()).summary();
            PrintedCommand.run(summary.substring(summary.indexOf("$ ")), west);
            assertThat(orphan.isPrepared()).isFalse();
            assertThat(orphan.balance()).isEqualTo(decision.equals("C") ? 1010 : 1000);
        }

        @Test
        void anUnknownTransactionIsNoGuess() {
            Explanation explanation = operations.explain(TransactionId.random());
            assertThat(explanation.branches()).isEmpty();
            assertThat(explanation.summary()).startsWith("Nothing is known of it");
        }
    }

    @Nested
    class Settling {

        @Test
        void aRollbackIsFencedAtTheHomeFirst() throws Exception {
            Orphan orphan = Orphan.leave(east, west);
            Resolution done = operations.resolve(order(orphan, ResolveAction.ROLLBACK, DecisionState.NONE, false));
            assertThat(done.complete()).isTrue();
            assertThat(done.forced()).isFalse();
            assertThat(decision(orphan)).isEqualTo("A");
            assertThat(orphan.isPrepared()).isFalse();
            assertThat(orphan.balance()).isEqualTo(1000);
        }

        @Test
        void aCommitThatWasDecidedIsCarriedOut() throws Exception {
            Orphan orphan = Orphan.leave(east, west);
            orphan.decide(east, "C");
            assertThat(operations
                            .resolve(order(orphan, ResolveAction.COMMIT, DecisionState.COMMIT, false))
                            .complete())
                    .isTrue();
            assertThat(orphan.balance()).isEqualTo(1010);
        }

        @Test
        void whatContradictsADurableDecisionIsRefusedUnlessForced() throws Exception {
            Orphan orphan = Orphan.leave(east, west);
            orphan.decide(east, "C");
            assertThatThrownBy(() ->
                            operations.resolve(order(orphan, ResolveAction.ROLLBACK, DecisionState.COMMIT, false)))
                    .isInstanceOf(RefusedException.class)
                    .hasMessageContaining("contradicts");
            assertThat(orphan.isPrepared()).isTrue();
            assertThat(operations
                            .resolve(order(orphan, ResolveAction.ROLLBACK, DecisionState.COMMIT, true))
                            .forced())
                    .isTrue();
            assertThat(orphan.balance()).isEqualTo(1000);
        }

        @Test
        void aCommitThatNobodyDecidedIsRefusedUnlessForced() throws Exception {
            Orphan orphan = Orphan.leave(east, west);
            assertThatThrownBy(() -> operations.resolve(order(orphan, ResolveAction.COMMIT, DecisionState.NONE, false)))
                    .isInstanceOf(RefusedException.class)
                    .hasMessageContaining("partial");
            assertThat(orphan.isPrepared()).isTrue();
            assertThat(decision(orphan)).isEqualTo("-");
            operations.resolve(order(orphan, ResolveAction.COMMIT, DecisionState.NONE, true));
            assertThat(orphan.balance()).isEqualTo(1010);
        }

        @Test
        void nothingIsDoneIfTheStateIsNotTheExpectedOne() throws Exception {
            Orphan orphan = Orphan.leave(east, west);
            orphan.decide(east, "C");
            assertThatThrownBy(
                            () -> operations.resolve(order(orphan, ResolveAction.ROLLBACK, DecisionState.NONE, true)))
                    .isInstanceOf(RefusedException.class)
                    .hasMessageContaining("COMMIT by now");
            assertThat(orphan.isPrepared()).isTrue();
        }

        @Test
        void withoutItsHomeNothingIsSettledUnlessForced() throws Exception {
            Orphan orphan = Orphan.leave(east, west);
            Operations westOnly = on(west);
            assertThatThrownBy(
                            () -> westOnly.resolve(order(orphan, ResolveAction.ROLLBACK, DecisionState.UNKNOWN, false)))
                    .isInstanceOf(RefusedException.class)
                    .hasMessageContaining("only the home knows");
            assertThat(orphan.isPrepared()).isTrue();
            ResolveRequest forced = order(orphan, ResolveAction.ROLLBACK, DecisionState.UNKNOWN, true);
            assertThatThrownBy(() -> westOnly.resolve(forced))
                    .as("a forgotten node looks like a home that is gone")
                    .isInstanceOf(RefusedException.class)
                    .hasMessageContaining("--without " + Orphan.identity(east))
                    .hasMessageContaining("is none of these nodes");
            assertThat(orphan.isPrepared()).isTrue();
            westOnly.resolve(forced.without(Set.of(Orphan.identity(east))));
            assertThat(orphan.isPrepared()).isFalse();
        }

        @Test
        void forceIsRefusedWhileANodeIsSilentUnlessThatIsSaidToo() throws Exception {
            Orphan orphan = Orphan.leave(east, west);
            ResolveRequest forced = order(orphan, ResolveAction.ROLLBACK, DecisionState.UNKNOWN, true);
            String home = Orphan.identity(east);
            east.kill();
            try {
                for (Set<String> without : List.of(Set.<String>of(), Set.of("east"), Set.of(home))) {
                    assertThatThrownBy(() -> operations.resolve(forced.without(without)))
                            .isInstanceOf(RefusedException.class)
                            .hasMessageContaining("Force is refused")
                            .hasMessageContaining("it may be one of those that do not (east)")
                            .hasMessageContaining("--without east");
                }
                assertThatThrownBy(() -> operations.resolve(forced.without(Set.of("east", home, "west"))))
                        .isInstanceOf(RefusedException.class)
                        .hasMessageContaining("west is given as gone, but it is not missing");
                assertThat(orphan.isPrepared()).isTrue();
                assertThat(operations
                                .resolve(forced.without(Set.of("east", home)))
                                .forced())
                        .isTrue();
                assertThat(orphan.isPrepared()).isFalse();
            } finally {
                east.start();
            }
        }

        @Test
        void aNodeThatWasNotReachedIsNamedAndTheResultIsIncomplete() throws Exception {
            TransactionId id = TransactionId.random();
            Orphan away = Orphan.leave(east, west, id);
            Orphan here = Orphan.leave(east, east, id);
            west.kill();
            Resolution done;
            try {
                done = operations.resolve(order(here, ResolveAction.ROLLBACK, DecisionState.NONE, false));
            } finally {
                west.start();
            }
            assertThat(here.isPrepared()).isFalse();
            assertThat(away.isPrepared()).isTrue();
            assertThat(done.unreached()).containsOnlyKeys("west");
            assertThat(done.complete()).isFalse();
            assertThat(done.next()).contains("Node 'west' was not reached", "keeps its locks", "cli.jar recover");
            assertThat(operations.recover().complete()).isTrue();
            assertThat(away.isPrepared()).isFalse();
        }

        @Test
        void whatWasForcedIsKeptByEveryNodeAndExplained() throws Exception {
            Orphan orphan = Orphan.leave(east, west);
            orphan.decide(east, "C");
            operations.resolve(new ResolveRequest(
                    orphan.id(),
                    ResolveAction.ROLLBACK,
                    DecisionState.COMMIT,
                    "it's ticket 7; drop table \\'x\\' -- ü?",
                    "anna@console",
                    true));
            for (PostgresNode node : List.of(east, west)) {
                assertThat(node.queryForString("select string_agg(concat_ws('|', database_user, requested_by, action,"
                                + " decision, reason, result is null), '/' order by ordered_at) from pgxa.forced"
                                + " where gtrid = '%s' and ordered_at > now() - interval '1 min'"
                                        .formatted(orphan.id())))
                        .isEqualTo(("%1$s|anna@console|ROLLBACK|COMMIT|it's ticket 7; drop table \\'x\\' -- ü?|t/"
                                        + "%1$s|anna@console|ROLLBACK|COMMIT|it's ticket 7; drop table \\'x\\' -- ü?|f")
                                .formatted(node.username()));
            }
            List<ForcedRecord> told = operations.explain(orphan.id()).forced();
            assertThat(told).extracting(ForcedRecord::node).containsExactly("east", "east", "west", "west");
            assertThat(told.get(0).against()).contains("contradicts");
            assertThat(told.get(1).result()).isEqualTo("west: rolled back");
        }

        @Test
        void whatCannotBeKeptIsNotForced() throws Exception {
            Orphan orphan = Orphan.leave(east, west);
            orphan.decide(east, "C");
            ResolveRequest forced = order(orphan, ResolveAction.ROLLBACK, DecisionState.COMMIT, true);
            west.execute("alter table pgxa.forced add constraint none check (action = '') not valid");
            try {
                assertThatThrownBy(() -> operations.resolve(forced))
                        .isInstanceOf(RefusedException.class)
                        .hasMessageContaining("west")
                        .hasMessageContaining("No branch was touched");
                assertThat(orphan.isPrepared()).isTrue();
            } finally {
                west.execute("alter table pgxa.forced drop constraint none");
            }
        }

        /** Otherwise the record of what was wanted would be read as something that was done. */
        @ParameterizedTest
        @ValueSource(booleans = {false, true})
        void whatIsForcedAndThenRefusedIsKeptAsRefused(boolean bulk) throws Exception {
            Orphan orphan = Orphan.leaveToManager(east, east, TransactionId.random());
            Operations withoutOne = Operations.on(
                    List.of(Bank.settings(east), new NodeSettings("gone", "jdbc:postgresql://localhost:1/x", "x", "x")),
                    DecisionSettings.DEFAULT);
            ResolveRequest forced = order(orphan, ResolveAction.COMMIT, DecisionState.NONE, true)
                    .without(Set.of("gone"));
            east.execute("alter table pgxa.decision add constraint none check (outcome = '') not valid");
            try {
                if (bulk) {
                    assertThat(withoutOne
                                    .resolve(new BulkRequest(
                                            BranchFilter.of(Set.of(orphan.id())),
                                            forced.action(),
                                            forced.expected(),
                                            forced.reason(),
                                            forced.requestedBy(),
                                            true,
                                            forced.without(),
                                            false))
                                    .count(BulkResolution.Result.REFUSED))
                            .isEqualTo(1);
                } else {
                    assertThatThrownBy(() -> withoutOne.resolve(forced)).isInstanceOf(RefusedException.class);
                }
            } finally {
                east.execute("alter table pgxa.decision drop constraint none");
            }
            assertThat(orphan.isPrepared()).isTrue();
            List<ForcedRecord> told = operations.explain(orphan.id()).forced();
            assertThat(told).hasSize(2);
            assertThat(told.get(1).result()).contains("refused: ", "No branch was touched");
        }

        /** The fence waits for the key. Meanwhile somebody commits the branch, and its row C may come and go. */
        @Test
        void aBranchThatIsFinishedMeanwhileIsNotFenced() throws Exception {
            isRefusedIfFinishedMeanwhile(Orphan.leave(east, west), ResolveAction.ROLLBACK, "commit prepared '%s'");
        }

        /** The order waits for the key. Meanwhile a branch is rolled back, and its row A may come and go. */
        @Test
        void aBranchThatIsFinishedMeanwhileIsNotCommittedInTheManagersPlace() throws Exception {
            TransactionId id = TransactionId.random();
            Orphan there = Orphan.leaveToManager(east, west, id);
            Orphan home = Orphan.leaveToManager(east, east, id);
            isRefusedIfFinishedMeanwhile(there, ResolveAction.COMMIT, "rollback prepared '%s'");
            assertThat(home.isPrepared()).isTrue();
        }

        private void isRefusedIfFinishedMeanwhile(Orphan orphan, ResolveAction action, String end) throws Exception {
            CompletableFuture<Resolution> resolving;
            try (Connection c = east.connect();
                    Statement s = c.createStatement()) {
                c.setAutoCommit(false);
                s.execute("lock table pgxa.decision in share mode");
                resolving = CompletableFuture.supplyAsync(
                        () -> operations.resolve(order(orphan, action, DecisionState.NONE, false)));
                await(() -> east.queryForLong("select count(*) from pg_stat_activity where wait_event_type = 'Lock'"
                                + " and query like '%insert into pgxa.decision%'")
                        > 0);
                west.execute(end.formatted(orphan.gid()));
                c.rollback();
            }
            assertThatThrownBy(resolving::join)
                    .hasCauseInstanceOf(RefusedException.class)
                    .hasMessageContaining("Somebody has finished");
            assertThat(decision(orphan)).isEqualTo("-");
        }

        @Test
        void whatNeedsNoForceIsNotKeptAsForced() throws Exception {
            Orphan orphan = Orphan.leave(east, west);
            operations.resolve(order(orphan, ResolveAction.ROLLBACK, DecisionState.NONE, true));
            assertThat(operations.explain(orphan.id()).forced()).isEmpty();
        }

        @Test
        void inThePlaceOfALostTransactionManagerTheDecisionIsWrittenFirst() throws Exception {
            TransactionId id = TransactionId.random();
            Orphan there = Orphan.leaveToManager(east, west, id);
            Orphan home = Orphan.leaveToManager(east, east, id);
            assertThat(operations.explain(id).branches().get(0).verdict()).contains("transaction manager");
            assertThat(operations
                            .resolve(order(there, ResolveAction.COMMIT, DecisionState.NONE, false))
                            .complete())
                    .isTrue();
            assertThat(decision(there)).isEqualTo("C");
            assertThat(there.balance()).isEqualTo(1010);
            assertThat(home.balance()).isEqualTo(1010);
        }

        /**
         * The row would go with the branches that it names. The manager could then decide the other way about the
         * branch that it does not name.
         */
        @ParameterizedTest
        @EnumSource(ResolveAction.class)
        void inThePlaceOfATransactionManagerWhileANodeIsAwayTakesForceAndTheRowStays(ResolveAction action)
                throws Exception {
            TransactionId id = TransactionId.random();
            Orphan away = Orphan.leaveToManager(east, west, id);
            Orphan home = Orphan.leaveToManager(east, east, id);
            west.stop();
            try {
                assertThatThrownBy(() -> operations.resolve(order(home, action, DecisionState.NONE, false)))
                        .isInstanceOf(RefusedException.class)
                        .hasMessageContaining("do not answer")
                        .hasMessageContaining("west");
                assertThat(home.isPrepared()).isTrue();
                assertThat(decision(home)).isEqualTo("-");
                assertThat(operations
                                .resolve(order(home, action, DecisionState.NONE, true)
                                        .without(Set.of("west")))
                                .forced())
                        .isTrue();
                assertThat(home.isPrepared()).isFalse();
            } finally {
                west.start();
            }
            String row = action == ResolveAction.COMMIT ? "C" : "A";
            east.execute("insert into pgxa.decision (gtrid, outcome, xid, coordinator, decided_at)"
                    + " values (gen_random_uuid(), 'C', '3', 'goes', now() - interval '1 h')");
            try (PostgresXa xa = PostgresXa.builder()
                    .home("first-used")
                    .decision(new DecisionSettings("pgxa", true, Duration.ZERO, false))
                    .node("east", east.jdbcUrl(), east.username(), east.password())
                    .node("west", west.jdbcUrl(), west.username(), west.password())
                    .build()) {
                await(() -> east.queryForLong("select count(*) from pgxa.decision where coordinator = 'goes'") == 0);
                await(() -> action == ResolveAction.COMMIT || !away.isPrepared());
                assertThat(xa.nodes()).isNotEmpty();
            }
            assertThat(decision(home)).isEqualTo(row);
            assertThat(away.balance()).isEqualTo(1000);
        }

        private void await(BooleanSupplier condition) {
            long deadline = System.nanoTime() + Duration.ofSeconds(20).toNanos();
            while (!condition.getAsBoolean()) {
                assertThat(System.nanoTime()).isLessThan(deadline);
                Thread.onSpinWait();
            }
        }

        @Test
        void aBranchWithTheNameOfAnotherDatabaseIsNobodysHere() throws Exception {
            Orphan copied = Orphan.leave(east, west);
            String original = Orphan.identity(west);
            west.execute("update pgxa.node set identity = 'aaaaaaaaaaaaaaaa'");
            try {
                assertThat(operations.explain(copied.id()).branches().get(0).verdict())
                        .contains("may be a copy");
                assertThatThrownBy(() ->
                                operations.resolve(order(copied, ResolveAction.ROLLBACK, DecisionState.NONE, false)))
                        .isInstanceOf(RefusedException.class)
                        .hasMessageContaining("may be a copy");
                assertThat(copied.isPrepared()).isTrue();
                assertThat(decision(copied)).as("not even fenced").isEqualTo("-");
            } finally {
                west.execute("update pgxa.node set identity = '%s'".formatted(original));
            }
        }

        @ParameterizedTest
        @EnumSource(ResolveAction.class)
        void noBranchObeysADecisionThatTheStandbyMayNotHave(ResolveAction action) throws Exception {
            Orphan orphan = Orphan.leaveToManager(east, west, TransactionId.random());
            boolean commit = action == ResolveAction.COMMIT;
            DecisionState decided = commit ? DecisionState.COMMIT : DecisionState.ROLLBACK;
            orphan.decide(east, commit ? "C" : "A");
            east.execute("alter system set synchronous_standby_names = 'nobody'", "select pg_reload_conf()");
            try {
                awaitThatCommitsWait();
                assertThatThrownBy(() -> operations.resolve(order(orphan, action, decided, false)))
                        .isInstanceOf(RefusedException.class)
                        .hasMessageContaining("No branch was touched");
                assertThat(orphan.isPrepared()).isTrue();
            } finally {
                east.execute("alter system reset synchronous_standby_names", "select pg_reload_conf()");
            }
        }

        /** The server's processes take a new setting one after the other. */
        private void awaitThatCommitsWait() {
            CompletableFuture<Void> commit = CompletableFuture.completedFuture(null);
            while (east.queryForLong("select count(*) from pg_stat_activity where wait_event = 'SyncRep'") == 0) {
                if (commit.isDone()) {
                    commit = CompletableFuture.runAsync(
                            () -> east.execute("update account set balance = balance where id = 2"));
                }
            }
        }

        @Test
        void aReasonIsNeeded() {
            assertThatThrownBy(() -> new ResolveRequest(
                            TransactionId.random(), ResolveAction.COMMIT, DecisionState.NONE, "  ", "me", false))
                    .hasMessageContaining("reason");
        }

        @Test
        void whatIsNotThereIsRefused() {
            assertThatThrownBy(() -> operations.resolve(new ResolveRequest(
                            TransactionId.random(), ResolveAction.ROLLBACK, DecisionState.UNKNOWN, "why", "me", true)))
                    .isInstanceOf(RefusedException.class)
                    .hasMessageContaining("nothing to settle");
        }

        /** An application that runs beside it finds nothing to complain about. */
        @Test
        void agreesWithTheRecoveryOfARunningApplication() throws Exception {
            Orphan orphan = Orphan.leave(east, west);
            try (PostgresXa xa = PostgresXa.builder()
                    .home("first-used")
                    .node("east", east.jdbcUrl(), east.username(), east.password())
                    .node("west", west.jdbcUrl(), west.username(), west.password())
                    .build()) {
                try {
                    xa.operations().resolve(order(orphan, ResolveAction.ROLLBACK, DecisionState.NONE, false));
                } catch (RefusedException recoveryWasFaster) {
                    assertThat(recoveryWasFaster)
                            .hasMessageContaining(orphan.id().toString());
                }
                assertThat(xa.recoverNow().problems()).isEmpty();
                assertThat(orphan.isPrepared()).isFalse();
                assertThat(orphan.balance()).isEqualTo(1000);
            }
        }
    }

    @Nested
    class Recovering {

        @Test
        void finishesWhatIsDecidedAndFencesTheRest() throws Exception {
            Orphan decided = Orphan.leave(east, west);
            decided.decide(east, "C");
            TransactionId id = TransactionId.random();
            Orphan undecided = Orphan.leave(west, east, id);
            RecoveryResult result = operations.recover();
            assertThat(result.complete()).as(result.toString()).isTrue();
            assertThat(result.report().committed()).isEqualTo(1);
            assertThat(result.report().rolledBack()).isEqualTo(1);
            assertThat(decided.balance()).isEqualTo(1010);
            assertThat(undecided.balance()).isEqualTo(1000);
            assertThat(west.queryForString("select outcome from pgxa.decision where gtrid = '%s'".formatted(id)))
                    .isEqualTo("A");
        }

        @Test
        void saysWhatStaysInDoubtAndWhichNodeDoesNotAnswer() throws Exception {
            Orphan orphan = Orphan.leave(east, west);
            east.kill();
            RecoveryResult result;
            try {
                result = operations.recover();
            } finally {
                east.start();
            }
            assertThat(result.complete()).isFalse();
            assertThat(result.unreachable()).containsOnlyKeys("east");
            assertThat(result.inDoubt())
                    .singleElement()
                    .satisfies(b -> assertThat(b.transaction()).isEqualTo(orphan.id()));
            assertThat(orphan.isPrepared()).isTrue();
        }

        /** A coordinator that is alive shows it by the lock on the xid of its work at the home. */
        @Test
        void leavesACoordinatorThatIsAliveItsTime() throws Exception {
            Orphan young = Orphan.leave(east, west);
            try (Connection coordinator = east.connect();
                    Statement s = coordinator.createStatement()) {
                s.execute("begin; update account set balance = balance - 10 where id = 1");
                long begun = System.nanoTime();
                RecoveryResult result = operations.recover();
                assertThat(result.report().rolledBack()).isEqualTo(1);
                assertThat(Duration.ofNanos(System.nanoTime() - begun)).isGreaterThan(Duration.ofSeconds(2));
            }
            assertThat(young.isPrepared()).isFalse();
        }
    }

    @Nested
    class Listing {

        @Test
        void showsOursAndOthersWithTheirOwners() throws Exception {
            Orphan orphan = Orphan.leave(east, west);
            west.execute("begin; insert into account values (7, 1);"
                    + " prepare transaction '1096044365_bm9kZS1BMTc5NTM0ODg5NDU4MDAwMDAx_bm9kZS1BMg=='");
            west.execute("begin; insert into account values (8, 1); prepare transaction 'it''s mine'");

            PreparedPage page = operations.prepared(0, 100);

            assertThat(page.totals()).containsEntry("east", 0L).containsEntry("west", 3L);
            assertThat(page.entries())
                    .extracting(PreparedEntry::owner)
                    .containsExactly(Owner.POSTGRES_XA, Owner.ATOMIKOS, Owner.UNKNOWN);
            assertThat(page.entries().get(0).transaction()).isEqualTo(orphan.id());
            assertThat(page.entries().get(1).instance()).isEqualTo("node-A");
            west.execute("rollback prepared 'it''s mine'");
        }

        @Test
        void goesPageByPage() throws Exception {
            for (int i = 0; i < 5; i++) {
                west.execute("begin; insert into account values (%1$d, 1); prepare transaction 'foreign %1$d'"
                        .formatted(10 + i));
            }
            assertThat(operations.prepared(0, 2).entries())
                    .extracting(PreparedEntry::gid)
                    .containsExactly("foreign 10", "foreign 11");
            assertThat(operations.prepared(2, 2).entries())
                    .extracting(PreparedEntry::gid)
                    .containsExactly("foreign 14");
            assertThat(operations.prepared(3, 2).entries()).isEmpty();
            assertThatThrownBy(() -> operations.prepared(0, 1001)).hasMessageContaining("1 to 1000");
        }
    }
}
