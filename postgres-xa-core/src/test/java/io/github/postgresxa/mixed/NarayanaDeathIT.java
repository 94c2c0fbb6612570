package io.github.postgresxa.mixed;

import static io.github.postgresxa.support.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.postgresxa.ManagerKind;
import io.github.postgresxa.PostgresXa;
import io.github.postgresxa.support.Bank;
import io.github.postgresxa.support.NarayanaLog;
import io.github.postgresxa.support.RecoveredByNarayana;
import io.github.postgresxa.test.PostgresNode;
import io.github.postgresxa.test.PostgresNodes;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import javax.sql.XAConnection;
import javax.transaction.xa.XAException;
import javax.transaction.xa.XAResource;
import javax.transaction.xa.Xid;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postgresql.xa.PGXADataSource;

/** Processes die while Narayana decides. Another one, with another name and no file, ends what they left. */
@Tag("narayana")
@PostgresNodes({"east", "west", "queue"})
class NarayanaDeathIT {

    private static final int DIED = 17;
    private static final Duration LIMIT = Duration.ofSeconds(40);

    @TempDir
    Path folder;

    private final PostgresNode east;
    private final PostgresNode west;
    private final PostgresNode server;
    private Queue queue;

    NarayanaDeathIT(PostgresNode east, PostgresNode west, PostgresNode queue) {
        this.east = east;
        this.west = west;
        this.server = queue;
    }

    /** When it dies. */
    enum Moment {
        /** Only the other resource, which is asked first, is prepared. */
        ONE_IS_PREPARED,
        /** All are prepared, and none is committed. */
        IT_HAS_DECIDED
    }

    @BeforeEach
    void open() throws Exception {
        Bank.createAccounts(east, west);
        queue = Queue.on(server);
    }

    @AfterEach
    void close() throws Exception {
        queue.close();
        east.execute("delete from pgxa.manager_decision", "delete from pgxa.manager");
        assertThat(folder).isEmptyDirectory();
    }

    private long prepared() {
        return Stream.of(east, west, server)
                .mapToLong(n -> n.preparedTransactions().size())
                .sum();
    }

    @Test
    void anotherProcessEndsWhatTheyLeft() throws Exception {
        die(Moment.ONE_IS_PREPARED);
        assertThat(prepared()).isOne();
        assertThat(east.queryForLong("select count(*) from pgxa.manager")).isOne();
        die(Moment.IT_HAS_DECIDED);
        assertThat(prepared()).isEqualTo(4);
        assertThat(rows("C")).isOne();
        east.execute("update pgxa.manager set seen_at = seen_at - interval '1 minute'");

        NarayanaLog.keepIn(folder.resolve("log"));
        try (PostgresXa next = Bank.builder(east, west)
                        .transactionManager(ManagerKind.NARAYANA)
                        .build();
                RecoveredByNarayana registered = RecoveredByNarayana.register(queue.another())) {
            eventually(LIMIT, "nothing is prepared", () -> prepared() == 0);
            assertThat(queue.messages()).isOne();
            assertThat(Bank.balances(east, west)).containsExactly(990L, 1010L);
            assertThat(rows("A")).as("no abort is presumed without it").isOne();
            assertThat(rows("C")).as("another resource may wait for it").isOne();
            assertThat(next.activeTransactionCount()).isZero();
            assertThat(registered.getXAResources()).hasSize(1);
        }
    }

    private long rows(String outcome) {
        return east.queryForLong("select count(*) from pgxa.manager_decision where outcome = '" + outcome + "'");
    }

    private void die(Moment moment) throws Exception {
        Process victim = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-XX:+UseSerialGC",
                        "-cp",
                        System.getProperty("java.class.path"),
                        "-Dlog.target=System.err",
                        Victim.class.getName(),
                        moment.name(),
                        folder.resolve("log").toString(),
                        east.jdbcUrl(),
                        west.jdbcUrl(),
                        server.jdbcUrl(),
                        east.username(),
                        east.password())
                .inheritIO()
                .start();
        assertThat(victim.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS)).isTrue();
        assertThat(victim.exitValue()).isEqualTo(DIED);
    }

    /** The process that dies. */
    static final class Victim {

        private Victim() {}

        public static void main(String[] args) throws Exception {
            Moment moment = Moment.valueOf(args[0]);
            NarayanaLog.keepIn(Path.of(args[1]));
            Bank bank = Bank.over(
                    PostgresXa.builder()
                            .transactionManager(ManagerKind.NARAYANA)
                            .home("first-used")
                            .node("east", args[2], args[5], args[6])
                            .node("west", args[3], args[5], args[6])
                            .build(),
                    List.of());
            PGXADataSource source = new PGXADataSource();
            source.setUrl(args[4]);
            source.setUser(args[5]);
            source.setPassword(args[6]);
            XAConnection connection = source.getXAConnection();

            bank.transaction().begin();
            // It is asked in the order in which it is enlisted.
            Objects.requireNonNull(bank.xa.transactionManager().getTransaction())
                    .enlistResource(new Deadly(moment, connection.getXAResource()));
            bank.add("east", -10);
            bank.add("west", 10);
            connection.getConnection().createStatement().execute("insert into message values ('moved 10')");
            bank.transaction().commit();
        }
    }

    private static final class Deadly extends ForwardingResource {

        private final Moment moment;

        Deadly(Moment moment, XAResource real) {
            super(real);
            this.moment = moment;
        }

        @Override
        public int prepare(Xid xid) throws XAException {
            int vote = super.prepare(xid);
            if (moment != Moment.IT_HAS_DECIDED) {
                Runtime.getRuntime().halt(DIED);
            }
            return vote;
        }

        @Override
        public void commit(Xid xid, boolean onePhase) {
            Runtime.getRuntime().halt(DIED);
        }
    }
}
