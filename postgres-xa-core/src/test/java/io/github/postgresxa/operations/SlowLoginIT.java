package io.github.postgresxa.operations;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.postgresxa.DecisionSettings;
import io.github.postgresxa.NodeSettings;
import io.github.postgresxa.TransactionId;
import io.github.postgresxa.support.Bank;
import io.github.postgresxa.test.PostgresNode;
import io.github.postgresxa.test.PostgresNodes;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A server that is slow to let one in. A person at a console can say in the URL how long to wait for it. */
@PostgresNodes({"east", "west"})
class SlowLoginIT {

    /** Longer than recovery waits for a login in an application, and than the grace for coordinators. */
    private static final long SECONDS = 4;

    private static final String OF_A_MANAGER = "41544f4d.YmFuay03MTc5NTM0ODg5NDU4MDAwMDEx.MQ";

    @AfterEach
    void wakeUp(PostgresNode west) {
        west.resume();
        west.preparedTransactions().forEach(p -> west.execute("rollback prepared '%s'".formatted(p.gid())));
    }

    private static Operations patient(PostgresNode... nodes) {
        return Operations.on(patientSettings(nodes), DecisionSettings.DEFAULT);
    }

    private static List<NodeSettings> patientSettings(PostgresNode... nodes) {
        return List.of(nodes).stream()
                .map(node -> new NodeSettings(
                        node.name(),
                        node.jdbcUrl() + "?connectTimeout=60&loginTimeout=60",
                        node.username(),
                        node.password()))
                .toList();
    }

    /** There it is the limit of the pool, and a request over HTTP would wait for it. */
    @Test
    void isNotWaitedForInAnApplication(PostgresNode east, PostgresNode west) {
        Operations within = Operations.on(
                patientSettings(east, west), DecisionSettings.DEFAULT, "bank", task -> new Thread(task).start());
        west.pause();
        long begun = System.nanoTime();
        assertThat(within.explain(TransactionId.random()).unreachable()).containsOnlyKeys("west");
        assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(9));
    }

    /** What recovery finds there gets the whole grace after that: before its end, nothing can be said about it. */
    @Test
    void isWaitedForAsLongAsTheUrlOfTheNodeSays(PostgresNode east, PostgresNode west) throws Exception {
        for (PostgresNode node : List.of(east, west)) {
            node.execute(Operations.ddl("pgxa"));
        }
        TransactionId id = TransactionId.random();
        west.execute("begin; select pg_current_xact_id(); prepare transaction 'pgxa/2/%s/%s/%s/%s'"
                .formatted(id, Bank.identity(east), Bank.identity(west), OF_A_MANAGER));
        Operations operations = patient(east, west);
        west.pause();
        CompletableFuture<RecoveryResult> recovery = CompletableFuture.supplyAsync(operations::recover);
        CompletableFuture<Explanation> explanation = CompletableFuture.supplyAsync(() -> operations.explain(id));
        TimeUnit.SECONDS.sleep(SECONDS);
        assertThat(recovery).isNotDone();
        assertThat(explanation).isNotDone();
        west.resume();

        assertThat(explanation.get().unreachable()).isEmpty();
        assertThat(recovery.get().unreachable()).isEmpty();
        assertThat(recovery.get().inDoubt()).singleElement().satisfies(branch -> {
            assertThat(branch.transaction()).isEqualTo(id);
            assertThat(branch.reason()).contains("the transaction manager has not decided yet");
        });
    }
}
