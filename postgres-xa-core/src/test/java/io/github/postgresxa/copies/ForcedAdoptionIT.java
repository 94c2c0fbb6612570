package io.github.postgresxa.copies;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.postgresxa.DecisionSettings;
import io.github.postgresxa.NodeSettings;
import io.github.postgresxa.TransactionId;
import io.github.postgresxa.operations.AdoptRequest;
import io.github.postgresxa.operations.Adoption;
import io.github.postgresxa.operations.Finding;
import io.github.postgresxa.operations.ForcedRecord;
import io.github.postgresxa.operations.Operations;
import io.github.postgresxa.operations.Origin;
import io.github.postgresxa.operations.RefusedException;
import io.github.postgresxa.operations.Severity;
import io.github.postgresxa.support.Bank;
import io.github.postgresxa.support.Copies;
import io.github.postgresxa.test.PostgresNode;
import io.github.postgresxa.test.PostgresNodes;
import io.github.postgresxa.test.fault.FaultPlan;
import io.github.postgresxa.test.fault.FaultProxy;
import io.github.postgresxa.test.fault.MessageFilter;
import io.github.postgresxa.test.fault.MessageKind;
import io.github.postgresxa.test.fault.Position;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** An adoption that overrode what the nodes showed is kept by them, and told to those who ask later. */
@PostgresNodes({"east", "west", "north"})
class ForcedAdoptionIT {

    private static final MessageFilter COMMIT_OF_ADOPTION =
            MessageKind.COMMIT.and(MessageFilter.containing("pg_logical_emit_message"));

    private PostgresNode east;
    private PostgresNode west;
    private PostgresNode north;
    private String identity = "";
    private String copy = "";

    @BeforeEach
    void open(PostgresNode east, PostgresNode west, PostgresNode north) throws Exception {
        this.east = east;
        this.west = west;
        this.north = north;
        for (PostgresNode node : List.of(east, west, north)) {
            node.execute("drop schema if exists pgxa cascade", Operations.ddl("pgxa"));
            Bank.createAccounts(node);
        }
        identity = Bank.identity(east);
        copy = Copies.dump(east, north);
    }

    @AfterEach
    void clean() {
        west.preparedTransactions().forEach(p -> west.execute("rollback prepared '" + p.gid() + "'"));
    }

    private NodeSettings node(String name, String url) {
        return new NodeSettings(name, url, east.username(), east.password());
    }

    /** Nothing listens where the third one is said to be. */
    private Operations withoutTheOriginal() {
        return Operations.on(
                List.of(
                        node("copy", copy),
                        node("west", west.jdbcUrl()),
                        node("gone", "jdbc:postgresql://127.0.0.1:1/x")),
                DecisionSettings.DEFAULT);
    }

    private static AdoptRequest order(Origin origin) {
        return new AdoptRequest("copy", origin, "ticket 12", "anna@console", true);
    }

    private static String kept(PostgresNode node) {
        return node.queryForString("select coalesce(string_agg(concat_ws('|', database_user, requested_by, action,"
                + " array_to_string(missing, '+'), against <> '', reason, left(result, 4)), '/' order by ordered_at),"
                + " '') from pgxa.forced");
    }

    private static List<Finding> notices(Operations operations) {
        return operations.doctor().stream()
                .filter(f -> f.check().equals("identity") && f.severity() == Severity.NOTICE)
                .toList();
    }

    @Test
    void ofAMovedDatabaseIsExplainedWithEachTransactionThatItDecides() throws Exception {
        TransactionId id = TransactionId.random();
        Bank.leavePrepared(id, 1, east, west);
        Operations operations = withoutTheOriginal();
        operations.adopt(order(Origin.MOVED));

        String row = "%s|anna@console|ADOPT copy AS MOVED|gone|t|ticket 12".formatted(east.username());
        assertThat(kept(north)).isEqualTo(row + "/" + row + "|done");
        assertThat(kept(west)).isEqualTo(row + "/" + row + "|done");
        List<ForcedRecord> told = operations.explain(id).forced();
        assertThat(told).extracting(ForcedRecord::node).containsExactly("copy", "copy", "west", "west");
        assertThat(told.get(1).text())
                .contains(
                        "anna@console (role %s) forced ADOPT copy AS MOVED at".formatted(east.username()),
                        "its identity %s belongs to".formatted(identity),
                        "without gone",
                        "wait for a decision of node 'copy'",
                        "Reason: ticket 12",
                        "Result: done: the identity is " + identity);
        assertThat(notices(operations)).singleElement().satisfies(notice -> {
            assertThat(notice.node()).isEqualTo("copy");
            assertThat(notice.what()).contains("ADOPT copy AS MOVED by anna@console", "reason: ticket 12");
            assertThat(notice.why()).contains("wait for a decision");
        });
    }

    @Test
    void ofACopyIsToldUnderItsNewIdentity() {
        Operations operations = withoutTheOriginal();
        String now = operations.adopt(order(Origin.COPY)).now();
        assertThat(now).isNotEqualTo(identity);
        assertThat(notices(operations))
                .singleElement()
                .satisfies(notice -> assertThat(notice.what()).contains("ADOPT copy AS COPY by anna@console"));
        assertThat(north.queryForString("select right(gtrid::text, 17) from pgxa.forced where result is not null"))
                .isEqualTo(now.substring(0, 4) + "-" + now.substring(4));
        north.execute("update pgxa.forced set ordered_at = ordered_at - interval '8 days'");
        assertThat(notices(operations)).as("a week later").isEmpty();
    }

    @Test
    void isNotDoneWhereItCannotBeKept() {
        north.execute("alter table pgxa.forced add constraint none check (action = '') not valid");
        assertThatThrownBy(() -> withoutTheOriginal().adopt(order(Origin.COPY)))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("has to be kept where it is done")
                .hasMessageContaining("copy");
        assertThat(Bank.identity(north)).isEqualTo(identity);
    }

    @Test
    void thatIsRefusedByTheDatabaseIsKeptAsRefused() {
        north.execute("alter table pgxa.node add constraint none check (identity = '') not valid");
        Operations operations = withoutTheOriginal();
        assertThatThrownBy(() -> operations.adopt(order(Origin.COPY))).isInstanceOf(RefusedException.class);
        assertThat(kept(west)).endsWith("|refu");
        assertThat(notices(operations)).isEmpty();
    }

    /** It was done, and its answer says nothing of that. */
    @Test
    void whoseAnswerIsLostIsToldUnderTheIdentityThatTheDatabaseHasNow() throws Exception {
        FaultPlan plan = new FaultPlan();
        try (FaultProxy way = FaultProxy.before(north, plan)) {
            copy = way.jdbcUrl();
            plan.at(COMMIT_OF_ADOPTION).loseReply();
            Adoption done = withoutTheOriginal().adopt(order(Origin.COPY));
            assertThat(done.unknown()).isEmpty();
            assertThat(done.now()).isEqualTo(Bank.identity(north)).isNotEqualTo(identity);
            assertThat(notices(withoutTheOriginal()))
                    .singleElement()
                    .satisfies(notice -> assertThat(notice.what()).contains("ADOPT copy AS COPY by anna@console"));
        }
    }

    /** The server has the change and not its commit. */
    @Test
    void whoseAnswerIsLostBeforeItsCommitIsRefused() throws Exception {
        FaultPlan plan = new FaultPlan();
        try (FaultProxy way = FaultProxy.before(north, plan)) {
            copy = way.jdbcUrl();
            plan.at(MessageKind.FORGET).loseReply();
            assertThatThrownBy(() -> withoutTheOriginal().adopt(order(Origin.COPY)))
                    .isInstanceOf(RefusedException.class)
                    .hasMessageContaining("Nothing was done");
            assertThat(Bank.identity(north)).isEqualTo(identity);
        }
    }

    /** Nobody could keep the result after it: the console, say, died as well. */
    @Test
    void whoseDatabaseDiesWithTheCommitIsUnknownAndToldLater() throws Exception {
        FaultPlan plan = new FaultPlan();
        try (FaultProxy way = FaultProxy.before(north, plan)) {
            copy = way.jdbcUrl();
            plan.at(COMMIT_OF_ADOPTION).call(Position.AFTER_EXECUTED, north::kill);
            plan.at(COMMIT_OF_ADOPTION).loseReply();
            Adoption unknown = withoutTheOriginal().adopt(order(Origin.COPY));
            assertThat(unknown.now()).isEmpty();
            assertThat(unknown.unknown())
                    .contains("The adoption of node 'copy' was sent, and it is not known whether it is done", "doctor");
        } finally {
            north.start();
        }
        String now = Bank.identity(north);
        assertThat(now).isNotEqualTo(identity);
        copy = north.jdbcUrl();
        assertThat(notices(withoutTheOriginal()))
                .singleElement()
                .satisfies(notice -> assertThat(notice.what()).contains("ADOPT copy AS COPY by anna@console"));
        TransactionId id = TransactionId.random();
        Bank.leavePrepared(id, 1, north, west);
        assertThat(withoutTheOriginal().explain(id).forced())
                .singleElement()
                .satisfies(record -> assertThat(record.result()).startsWith("done: the identity is " + now));
    }

    /** The console died before it could keep the result. */
    @Test
    void thatBrokeOffIsTold() {
        withoutTheOriginal().adopt(order(Origin.MOVED));
        north.execute("delete from pgxa.forced where result is not null");
        assertThat(notices(withoutTheOriginal()))
                .singleElement()
                .satisfies(
                        notice -> assertThat(notice.what()).contains("ADOPT copy AS MOVED", "its result is not kept"));
    }

    /** The word alone overrides nothing. */
    @Test
    void isNotKeptWhereForceWasNotNeeded() {
        Operations operations =
                Operations.on(List.of(node("copy", copy), node("east", east.jdbcUrl())), DecisionSettings.DEFAULT);
        operations.adopt(order(Origin.COPY));
        assertThat(kept(north)).isEmpty();
        assertThat(notices(operations)).isEmpty();
    }
}
