package io.github.postgresxa.recovery;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.postgresxa.DecisionSettings;
import io.github.postgresxa.InDoubtBranch;
import io.github.postgresxa.PostgresXa;
import io.github.postgresxa.RecoverySettings;
import io.github.postgresxa.TransactionId;
import io.github.postgresxa.XaListener;
import io.github.postgresxa.decision.DecisionLog;
import io.github.postgresxa.decision.DecisionSchema;
import io.github.postgresxa.node.MonotonicClock;
import io.github.postgresxa.node.Node;
import io.github.postgresxa.support.Bank;
import io.github.postgresxa.test.PostgresNode;
import io.github.postgresxa.test.PostgresNodes;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * A session has begun to finish a branch, and waits: for a lost standby, for example. No other session can finish
 * it.
 */
@PostgresNodes({"east", "west"})
class BusyBranchIT {

    private final AtomicLong now = new AtomicLong();
    private final MonotonicClock clock = new MonotonicClock() {
        @Override
        public long nanos() {
            return now.get();
        }

        @Override
        public boolean pause(Duration length) {
            return SYSTEM.pause(length);
        }
    };

    @Test
    void isInDoubtWhereThatTakesLong(PostgresNode east, PostgresNode west) throws Exception {
        PostgresXa.builder()
                .node(Bank.settings(east))
                .node(Bank.settings(west))
                .build()
                .close();
        TransactionId id = TransactionId.random();
        String gid = "pgxa/1/%s/%s/%s".formatted(id, Bank.identity(east), Bank.identity(west));
        west.execute("create table if not exists busy (a int)");
        west.execute("begin; insert into busy values (1); prepare transaction '" + gid + "'");
        east.execute("insert into pgxa.decision (gtrid, outcome, xid, coordinator, participants, participant_xids,"
                + " participant_incarnations)"
                + " values ('%s', 'C', pg_current_xact_id(), 'gone', array['%s'], array['1'::xid8], array['-'])"
                        .formatted(id, Bank.identity(west)));
        RecoverySteps steps = steps(east, west);
        List<NodeMonitor> monitors = steps.monitors();
        NodeMonitor monitor = monitors.get(1);
        monitors.get(0).scan();
        west.execute("alter system set synchronous_standby_names = 'nobody'", "select pg_reload_conf()");
        CompletableFuture<Void> busy = CompletableFuture.runAsync(() -> west.execute("commit prepared '" + gid + "'"));
        try {
            while (west.queryForLong("select count(*) from pg_stat_activity where wait_event = 'SyncRep'") == 0) {
                Thread.onSpinWait();
            }
            pass(steps, monitor);
            assertThat(monitor.inDoubt()).as("it may be done in a moment").isEmpty();

            now.addAndGet(Duration.ofMinutes(1).toNanos());
            pass(steps, monitor);
            assertThat(monitor.inDoubt()).extracting(InDoubtBranch::gid).containsExactly(gid);
            assertThat(monitor.inDoubt().get(0).reason())
                    .contains("another session")
                    .contains("standby");
        } finally {
            west.execute("alter system reset synchronous_standby_names", "select pg_reload_conf()");
            busy.join();
        }
        pass(steps, monitor);
        assertThat(monitor.inDoubt()).isEmpty();
        monitors.forEach(m -> m.link().close());
    }

    private static void pass(RecoverySteps steps, NodeMonitor monitor) {
        steps.pass(monitor, Duration.ZERO, new PassCounts()).run(true, (claim, turn) -> {
            turn.run();
            return CompletableFuture.completedFuture(null);
        });
    }

    private RecoverySteps steps(PostgresNode... nodes) {
        return new RecoverySteps(
                Stream.of(nodes).map(n -> new Node(Bank.settings(n), "test")).toList(),
                new DecisionSchema(DecisionSettings.DEFAULT),
                new DecisionLog("pgxa", "bank"),
                DecisionSettings.DEFAULT.retention(),
                new RecoverySettings(true, Duration.ofMinutes(1), Duration.ZERO),
                new XaListener() {},
                clock);
    }
}
