package io.github.postgresxa.recovery;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.postgresxa.PostgresXa;
import io.github.postgresxa.RecoverySettings;
import io.github.postgresxa.support.Bank;
import io.github.postgresxa.support.Eventually;
import io.github.postgresxa.test.PostgresNode;
import io.github.postgresxa.test.PostgresNodes;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.RepeatedTest;

/** Two instances of an application over the same nodes; one is killed in the middle of its work. */
@PostgresNodes({"east", "west"})
class InstanceKillIT {

    @RepeatedTest(3)
    void theOtherInstanceFinishesWhatTheKilledOneLeft(PostgresNode east, PostgresNode west) throws Exception {
        try (Bank survivor = Bank.open(b -> b.recovery(RecoverySettings.DEFAULT), east, west)) {
            Process victim = start(east, west);
            try (BufferedReader out =
                    new BufferedReader(new InputStreamReader(victim.getInputStream(), StandardCharsets.UTF_8))) {
                assertThat(out.readLine()).isEqualTo("working");
                // Something is prepared at the moment of the kill, or it would prove nothing.
                Eventually.eventually(Duration.ofSeconds(30), "something is prepared", () -> survivor.prepared() > 0);
                victim.destroyForcibly();
                victim.waitFor();
            }
            long killed = System.nanoTime();
            Eventually.eventually(Duration.ofSeconds(5), "nothing is left prepared", () -> survivor.prepared() == 0);
            System.getLogger(InstanceKillIT.class.getName())
                    .log(
                            System.Logger.Level.INFO,
                            "settled {0} ms after the kill",
                            (System.nanoTime() - killed) / 1_000_000);
            List<Long> balances = survivor.balances();
            assertThat(balances.get(0) + balances.get(1)).isEqualTo(2000);
            survivor.transaction().begin();
            survivor.add("east", -1);
            survivor.add("west", 1);
            survivor.transaction().commit();
        }
    }

    private static Process start(PostgresNode east, PostgresNode west) throws IOException {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-XX:+UseSerialGC",
                        "-cp",
                        System.getProperty("java.class.path"),
                        "-Dlog.target=System.err",
                        Worker.class.getName(),
                        east.jdbcUrl(),
                        west.jdbcUrl(),
                        east.username(),
                        east.password())
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
    }

    /** The other instance: several threads move money to and fro until it is killed. */
    static final class Worker {

        private Worker() {}

        public static void main(String[] args) throws Exception {
            PostgresXa xa = PostgresXa.builder()
                    .home("first-used")
                    .name("worker")
                    .node("east", args[0], args[2], args[3])
                    .node("west", args[1], args[2], args[3])
                    .build();
            System.out.println("working");
            for (int i = 0; i < 4; i++) {
                new Thread(() -> work(xa)).start();
            }
        }

        private static void work(PostgresXa xa) {
            Bank bank = Bank.over(xa, List.of());
            while (true) {
                try {
                    bank.transaction().begin();
                    bank.add("east", -1);
                    bank.add("west", 1);
                    bank.transaction().commit();
                } catch (Exception e) {
                    throw new IllegalStateException(e);
                }
            }
        }
    }
}
