package io.github.postgresxa.recovery;

import static io.github.postgresxa.support.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.postgresxa.DecisionSettings;
import io.github.postgresxa.Outcome;
import io.github.postgresxa.PostgresXa;
import io.github.postgresxa.RecoverySettings;
import io.github.postgresxa.TransactionId;
import io.github.postgresxa.XaListener;
import io.github.postgresxa.decision.DecisionLog;
import io.github.postgresxa.decision.DecisionSchema;
import io.github.postgresxa.gid.Gid;
import io.github.postgresxa.gid.NodeIdentity;
import io.github.postgresxa.gid.Xid8;
import io.github.postgresxa.node.Burst;
import io.github.postgresxa.node.MonotonicClock;
import io.github.postgresxa.node.Node;
import io.github.postgresxa.node.ServerFacts;
import io.github.postgresxa.prepared.PreparedBranch;
import io.github.postgresxa.prepared.PreparedList;
import io.github.postgresxa.support.Bank;
import io.github.postgresxa.test.PostgresNode;
import io.github.postgresxa.test.PostgresNodes;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * An address leads to another server for a moment, or a server fails over. Then the same xid means two
 * transactions.
 */
@PostgresNodes({"east", "west"})
class HeuristicDetectorIT {

    private final List<String> alarms = new CopyOnWriteArrayList<>();
    private final XaListener listener = new XaListener() {
        @Override
        public void heuristic(TransactionId id, String node, Outcome decided, Outcome actual) {
            alarms.add("%s decided %s, is %s".formatted(id, decided, actual));
        }
    };

    private PostgresNode home;
    private RecoverySteps steps;
    private NodeLink east;
    private NodeLink west;

    @BeforeEach
    void openLinks(PostgresNode east, PostgresNode west) throws SQLException {
        home = east;
        PostgresXa.builder()
                .node(Bank.settings(east))
                .node(Bank.settings(west))
                .build()
                .close();
        this.steps = new RecoverySteps(
                Stream.of(east, west)
                        .map(n -> new Node(Bank.settings(n), "test"))
                        .toList(),
                new DecisionSchema(DecisionSettings.DEFAULT),
                new DecisionLog("pgxa", "bank"),
                DecisionSettings.DEFAULT.retention(),
                new RecoverySettings(true, Duration.ofMinutes(1), Duration.ZERO),
                listener,
                MonotonicClock.SYSTEM);
        this.east = opened(0);
        this.west = opened(1);
    }

    @AfterEach
    void closeLinks(PostgresNode east, PostgresNode west) {
        List.of(this.east, this.west).forEach(NodeLink::close);
        List.of(east, west).forEach(n -> n.execute("drop schema pgxa cascade"));
    }

    @Test
    void anXidOfAnotherIncarnationIsNotTakenForOneOfThisOne() throws SQLException {
        long xid = rolledBack();
        TransactionId elsewhere = decidedToCommit(xid);
        VanishedBranch ofAnotherServer = vanished(elsewhere, xid, "1234567890:00000001");
        VanishedBranch ofThisServer = vanished(TransactionId.random(), xid, now());

        assertThat(look(ofAnotherServer, ofThisServer)).as("left to look at").isEmpty();
        assertThat(alarms).isEmpty();
    }

    @Test
    void anXidOfThisIncarnationThatEndedAgainstTheDecisionIsAnAlarm() throws SQLException {
        long xid = rolledBack();
        TransactionId here = decidedToCommit(xid);
        VanishedBranch ofAnotherServer = vanished(TransactionId.random(), xid, "1234567890:00000001");

        assertThat(look(ofAnotherServer, vanished(here, xid, now()))).isEmpty();
        assertThat(alarms).containsExactly(here + " decided COMMITTED, is ROLLED_BACK");
    }

    @Test
    void aContradictionIsOneAlarmWhicheverCheckMeetsIt() throws SQLException {
        long xid = rolledBack();
        TransactionId id = decidedToCommit(xid);

        assertThat(look(vanished(id, xid, now()))).isEmpty();
        sweepAsIfMuchLater();
        assertThat(alarms).containsExactly(id + " decided COMMITTED, is ROLLED_BACK");
    }

    /** The home and the branch's node were restored; the transaction was then decided, and ended, once more. */
    @Test
    void aLaterEndTheOtherWayIsAnotherAlarm() throws SQLException {
        long xid = rolledBack();
        TransactionId id = decidedToCommit(xid);
        assertThat(look(vanished(id, xid, now()))).isEmpty();

        home.execute("update pgxa.decision set outcome = 'A'");
        assertThat(look(vanished(id, ended("commit"), now()))).isEmpty();
        assertThat(alarms)
                .containsExactly(id + " decided COMMITTED, is ROLLED_BACK", id + " decided ROLLED_BACK, is COMMITTED");
    }

    /** The node was restored, recovery has committed the branch there, and then the node went back once more. */
    @Test
    void aLossAfterARestoreIsAnotherAlarm() throws SQLException {
        long xid = rolledBack();
        TransactionId id = decidedToCommit(xid);
        assertThat(look(vanished(id, xid, now()))).isEmpty();

        west.history().saw("west", now(), new PreparedList.Position(1, new Xid8(xid)), System.nanoTime());
        steps.checkFailover(steps.monitors().get(1));
        sweepAsIfMuchLater();
        String alarm = id + " decided COMMITTED, is ROLLED_BACK";
        assertThat(alarms).containsExactly(alarm, alarm);
    }

    /** One check waits for the home's answer while another begins. */
    @Test
    void checksThatMeetAContradictionTogetherRaiseOneAlarm() throws Exception {
        TransactionId id = decidedToCommit(rolledBack());
        HeuristicAlarm alarm = new HeuristicAlarm(new DecisionLog("pgxa", "bank"), listener);
        Thread first = new Thread(() -> raise(alarm, id));
        Thread second = new Thread(() -> raise(alarm, id));
        try (Connection c = home.connect();
                Statement s = c.createStatement()) {
            c.setAutoCommit(false);
            s.execute("lock table pgxa.decision in access exclusive mode");
            first.start();
            eventually(Duration.ofSeconds(10), "one waits for the table", () -> waitingForTheTable() == 1);
            second.start();
            eventually(
                    Duration.ofSeconds(10),
                    "the other one waits for the connection",
                    () -> second.getState() == Thread.State.WAITING);
            c.rollback();
        }
        first.join();
        second.join();
        assertThat(alarms).containsExactly(id + " decided COMMITTED, is ROLLED_BACK");
    }

    private long waitingForTheTable() {
        return home.queryForLong(
                "select count(*) from pg_locks where relation = 'pgxa.decision'::regclass and not granted");
    }

    private void raise(HeuristicAlarm alarm, TransactionId id) {
        try {
            alarm.raise(east, identity(east), west, Map.of(id, Outcome.ROLLED_BACK));
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
    }

    private List<VanishedBranch> look(VanishedBranch... vanished) {
        NodeMonitor monitor = steps.monitors().get(1);
        monitor.sightings().putBack(List.of(vanished));
        steps.checkVanished(monitor);
        return monitor.sightings().takeVanished();
    }

    private void sweepAsIfMuchLater() {
        home.execute("update pgxa.decision set decided_at = now() - interval '1 year'");
        steps.janitor().sweep(east);
    }

    private enum Part implements Burst.Name {
        XID
    }

    private long rolledBack() throws SQLException {
        return ended("rollback");
    }

    private long ended(String verb) throws SQLException {
        Burst burst = new Burst()
                .then("begin;\n")
                .then(Part.XID, "select pg_current_xact_id();\n")
                .then(verb);
        return west.use(c -> Long.parseLong(Objects.requireNonNull(
                c.send(burst.text()).orThrow().row(burst, Part.XID).get(0))));
    }

    private TransactionId decidedToCommit(long xid) throws SQLException {
        TransactionId id = TransactionId.random();
        home.execute("insert into pgxa.decision"
                + " (gtrid, outcome, xid, coordinator, participants, participant_xids, participant_incarnations)"
                + " values ('%s', 'C', pg_current_xact_id(), 'bank', array['%s'], array['%d'::xid8], array['%s'])"
                        .formatted(id, identity(west), xid, now()));
        return id;
    }

    private VanishedBranch vanished(TransactionId id, long xid, String incarnation) {
        PreparedBranch branch =
                new PreparedBranch(new Gid(id, identity(east), identity(west)), "bank", Duration.ZERO, new Xid8(xid));
        return new VanishedBranch(branch, incarnation, System.nanoTime(), System.nanoTime(), null);
    }

    private String now() throws SQLException {
        return west.use(ServerFacts::read).incarnation();
    }

    private static NodeIdentity identity(NodeLink link) {
        return Objects.requireNonNull(link.identity());
    }

    private NodeLink opened(int node) throws SQLException {
        NodeLink link = steps.monitors().get(node).link();
        link.use(ServerFacts::read);
        return link;
    }
}
