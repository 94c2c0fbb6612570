package io.github.postgresxa.manager.narayana;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.postgresxa.ManagerKind;
import io.github.postgresxa.support.Bank;
import io.github.postgresxa.support.Eventually;
import io.github.postgresxa.support.NarayanaLog;
import io.github.postgresxa.test.PostgresNode;
import io.github.postgresxa.test.PostgresNodes;
import io.github.postgresxa.test.manager.OtherResource;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import javax.transaction.xa.Xid;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A process dies while Narayana decides, and the application has given Narayana a name: then the log is a file, and the
 * next process there takes both over.
 */
@Tag("narayana")
@PostgresNodes({"east", "west"})
class NarayanaRecoveryIT {

    private static final String NAME = "bank-1";
    private static final int DIED = 17;
    private static final Duration LIMIT = Duration.ofSeconds(40);

    @TempDir
    Path folder;

    private final PostgresNode east;
    private final PostgresNode west;

    NarayanaRecoveryIT(PostgresNode east, PostgresNode west) {
        this.east = east;
        this.west = west;
    }

    @BeforeEach
    void createAccounts() {
        Bank.createAccounts(east, west);
    }

    @Test
    void whatItHadDecidedToCommitIsCommitted() throws Exception {
        String name = die("decided");
        try (Bank next = open()) {
            assertThat(next.prepared()).isEqualTo(2);
            assertThat(name()).isEqualTo(name);
            Eventually.eventually(LIMIT, "nothing is left prepared", () -> next.prepared() == 0);
            assertThat(next.balances()).containsExactly(990L, 1010L);
        }
    }

    @Test
    void whatItHadNotDecidedIsRolledBack() throws Exception {
        die("prepared");
        try (Bank next = open()) {
            Eventually.eventually(LIMIT, "nothing is left prepared", () -> next.prepared() == 0);
            assertThat(next.balances()).containsExactly(1000L, 1000L);
        }
    }

    /** The other resource was prepared first, under a name that the next process has to know. */
    @Test
    void theNameIsKeptBeforeAnythingIsPrepared() throws Exception {
        die("first");
        assertThat(name()).isEqualTo(NAME);
        assertThat(Bank.balances(east, west)).containsExactly(1000L, 1000L);
    }

    private String name() throws Exception {
        return Files.readString(folder.resolve("log").resolve("manager-name"));
    }

    private Bank open() {
        NarayanaLog.keepIn(folder.resolve("log"));
        return Bank.over(
                Bank.builder(east, west)
                        .transactionManager(ManagerKind.NARAYANA)
                        .build(),
                List.of(east, west));
    }

    private String die(String when) throws Exception {
        Process victim = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-XX:+UseSerialGC",
                        "-cp",
                        System.getProperty("java.class.path"),
                        "-Dlog.target=System.err",
                        "-DCoreEnvironmentBean.nodeIdentifier=" + NAME,
                        Victim.class.getName(),
                        when,
                        folder.resolve("log").toString(),
                        east.jdbcUrl(),
                        west.jdbcUrl(),
                        east.username(),
                        east.password())
                .inheritIO()
                .start();
        assertThat(victim.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS)).isTrue();
        assertThat(victim.exitValue()).isEqualTo(DIED);
        return name();
    }

    /** The process that dies. */
    static final class Victim {

        private Victim() {}

        public static void main(String[] args) throws Exception {
            NarayanaLog.keepIn(Path.of(args[1]));
            Bank bank = Bank.over(
                    io.github.postgresxa.PostgresXa.builder()
                            .transactionManager(ManagerKind.NARAYANA)
                            .home("first-used")
                            .node("east", args[2], args[4], args[5])
                            .node("west", args[3], args[4], args[5])
                            .build(),
                    List.of());
            bank.transaction().begin();
            OtherResource deadly = new Deadly(args[0].equals("decided"));
            if (!args[0].equals("prepared")) { // It is asked in the order in which it is enlisted.
                enlist(bank, deadly);
            }
            bank.add("east", -10);
            bank.add("west", 10);
            if (args[0].equals("prepared")) {
                enlist(bank, deadly);
            }
            bank.transaction().commit();
        }

        private static void enlist(Bank bank, OtherResource other) throws Exception {
            Objects.requireNonNull(bank.xa.transactionManager().getTransaction())
                    .enlistResource(other);
        }
    }

    private static final class Deadly extends OtherResource {

        private final boolean afterTheDecision;

        Deadly(boolean afterTheDecision) {
            super(true);
            this.afterTheDecision = afterTheDecision;
        }

        @Override
        public int prepare(Xid xid) {
            if (!afterTheDecision) {
                Runtime.getRuntime().halt(DIED);
            }
            return XA_OK;
        }

        @Override
        public void commit(Xid xid, boolean onePhase) {
            Runtime.getRuntime().halt(DIED);
        }
    }
}
