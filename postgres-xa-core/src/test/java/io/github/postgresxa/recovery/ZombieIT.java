package io.github.postgresxa.recovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import io.github.postgresxa.PostgresXa;
import io.github.postgresxa.RecoverySettings;
import io.github.postgresxa.RolledBackException;
import io.github.postgresxa.support.Bank;
import io.github.postgresxa.support.Eventually;
import io.github.postgresxa.support.Gate;
import io.github.postgresxa.test.PostgresNode;
import io.github.postgresxa.test.PostgresNodes;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A process hangs after its branches were prepared and before it decides. Meanwhile another one takes it for dead. */
@PostgresNodes({"east", "west"})
class ZombieIT {

    @Test
    void itsDecisionComesTooLateAndItReportsARollback(PostgresNode east, PostgresNode west) throws Exception {
        assumeFalse(System.getProperty("os.name").startsWith("Windows"), "nobody can stop a process there");
        try (Bank survivor = Bank.open(east, west);
                Gate gate = Gate.closed(west)) {
            Process zombie = new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            "-XX:TieredStopAtLevel=1",
                            "-XX:+UseSerialGC",
                            "-cp",
                            System.getProperty("java.class.path"),
                            "-Dlog.target=System.err",
                            Zombie.class.getName(),
                            east.jdbcUrl(),
                            west.jdbcUrl(),
                            east.username(),
                            east.password())
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            try (BufferedReader out =
                    new BufferedReader(new InputStreamReader(zombie.getInputStream(), StandardCharsets.UTF_8))) {
                // Its PREPARE is under way at west. It waits for the answer.
                gate.awaitSomebody();
                signal("STOP", zombie);
                gate.open();
                Eventually.eventually(
                        Duration.ofSeconds(20),
                        "the survivor fenced it and rolled its branch back",
                        () -> east.queryForLong("select count(*) from pgxa.decision"
                                                + " where outcome = 'A' and coordinator = 'bank'")
                                        == 1
                                && survivor.prepared() == 0);
                assertThat(east.queryForLong("select count(*) from pg_stat_activity where state = 'idle in transaction'"
                                + " and application_name = 'postgres-xa zombie'"))
                        .as("its work at home is still open")
                        .isEqualTo(1);
                signal("CONT", zombie);

                assertThat(out.readLine()).isEqualTo(RolledBackException.class.getName());
                assertThat(out.readLine()).contains("decision_pkey");
            } finally {
                zombie.destroyForcibly();
                zombie.waitFor();
            }
            assertThat(survivor.balances()).containsExactly(1000L, 1000L);
            assertThat(survivor.prepared()).isZero();
            assertThat(east.queryForLong("select count(*) from pgxa.decision where outcome = 'C'"))
                    .isZero();
            assertThat(east.queryForLong("select balance from account where id = 1 for update nowait"))
                    .isEqualTo(1000);
        }
    }

    private static void signal(String name, Process process) throws Exception {
        assertThat(new ProcessBuilder("kill", "-" + name, Long.toString(process.pid()))
                        .start()
                        .waitFor())
                .isZero();
    }

    /** The other process. Its own recovery is off, so only its commit can report an outcome. */
    static final class Zombie {

        private Zombie() {}

        public static void main(String[] args) throws Exception {
            try (PostgresXa xa = PostgresXa.builder()
                    .home("first-used")
                    .name("zombie")
                    .recovery(new RecoverySettings(false, Duration.ofSeconds(1), Duration.ofSeconds(1)))
                    .node("east", args[0], args[2], args[3])
                    .node("west", args[1], args[2], args[3])
                    .build()) {
                Bank bank = Bank.over(xa, List.of());
                bank.transaction().begin();
                bank.add("east", -1);
                bank.add("west", 1);
                try {
                    bank.transaction().commit();
                    System.out.println("committed");
                } catch (Exception e) {
                    System.out.println(e.getClass().getName());
                    Throwable cause = e;
                    StringBuilder why = new StringBuilder();
                    while (cause != null) {
                        why.append(String.valueOf(cause.getMessage()).replaceAll("\\s+", " "))
                                .append(" / ");
                        for (Throwable other : cause.getSuppressed()) {
                            why.append(String.valueOf(other.getMessage()).replaceAll("\\s+", " "))
                                    .append(" / ");
                        }
                        cause = cause.getCause();
                    }
                    System.out.println(why);
                }
            }
        }
    }
}
