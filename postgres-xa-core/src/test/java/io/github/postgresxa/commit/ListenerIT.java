package io.github.postgresxa.commit;

import static org.assertj.core.api.Assertions.assertThat;

import com.atomikos.datasource.xa.XATransactionalResource;
import com.atomikos.icatch.config.Configuration;
import io.github.postgresxa.BranchRole;
import io.github.postgresxa.CommitStep;
import io.github.postgresxa.Outcome;
import io.github.postgresxa.TransactionCharacteristics;
import io.github.postgresxa.TransactionCharacteristics.Isolation;
import io.github.postgresxa.TransactionId;
import io.github.postgresxa.XaListener;
import io.github.postgresxa.support.Bank;
import io.github.postgresxa.test.PostgresNode;
import io.github.postgresxa.test.PostgresNodes;
import io.github.postgresxa.test.manager.OtherResource;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.transaction.xa.XAResource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a listener receives at the end of a transaction: counters and traces rely on it. */
@PostgresNodes({"east", "west"})
class ListenerIT {

    private static final String LOG_DIRECTORY = "com.atomikos.icatch.log_base_dir";

    @TempDir
    Path logs;

    private final Recorder told = new Recorder();
    private TransactionCharacteristics characteristics = TransactionCharacteristics.DEFAULT;
    private Bank bank;

    private static final class Recorder implements XaListener {

        private final Map<String, BranchRole> roles = new ConcurrentHashMap<>();
        private final List<String> steps = new CopyOnWriteArrayList<>();
        private final Map<Thread, String> underWay = new ConcurrentHashMap<>();
        private final List<Outcome> ends = new CopyOnWriteArrayList<>();

        /** What went wrong. An exception of a listener would reach no caller. */
        private final List<String> broken = new CopyOnWriteArrayList<>();

        @Override
        public void roleAssigned(TransactionId id, String node, BranchRole role) {
            if (roles.put(node, role) != null) {
                broken.add("role of " + node + " told twice");
            }
        }

        @Override
        public void stepBegins(TransactionId id, CommitStep step, String node) {
            underWay.put(Thread.currentThread(), step + " " + node);
        }

        @Override
        public void stepEnded(TransactionId id, CommitStep step, String node, boolean done) {
            if (!(step + " " + node).equals(underWay.remove(Thread.currentThread()))) {
                broken.add(step + " on " + node + " ended on another thread than it began");
            }
            steps.add(step + " " + node + " " + done);
        }

        @Override
        public void finished(TransactionId id, Outcome outcome, int branches, int prepared, Duration commitTime) {
            ends.add(outcome);
        }
    }

    @BeforeEach
    void open(PostgresNode east, PostgresNode west) {
        System.setProperty(LOG_DIRECTORY, logs.toString());
        bank = Bank.open(b -> b.listener(told).characteristics(() -> characteristics), east, west);
    }

    @AfterEach
    void close() {
        bank.close();
        System.clearProperty(LOG_DIRECTORY);
        assertThat(told.underWay).isEmpty();
        assertThat(told.broken).isEmpty();
    }

    @Test
    void hearsOfAHomeAndAParticipantAndOfTheirSteps() throws Exception {
        bank.transaction().begin();
        bank.add("east", -1);
        bank.add("west", 1);
        bank.transaction().commit();

        assertThat(told.roles).isEqualTo(Map.of("east", BranchRole.HOME, "west", BranchRole.PARTICIPANT));
        assertThat(told.steps).containsExactly("PREPARE west true", "DECIDE east true", "FINISH west true");
        assertThat(told.ends).containsExactly(Outcome.COMMITTED);
    }

    @Test
    void hearsOfAReaderBesideTheOnlyWriter() throws Exception {
        bank.transaction().begin();
        bank.read("east");
        bank.add("west", 1);
        bank.transaction().commit();

        assertThat(told.roles).isEqualTo(Map.of("east", BranchRole.READER, "west", BranchRole.ONLY));
        assertThat(told.steps).containsExactly("COMMIT west true", "COMMIT east true");
    }

    @Test
    void hearsOfASerializableReaderTooAlthoughItIsEndedWithItsVote() throws Exception {
        characteristics = new TransactionCharacteristics(Isolation.SERIALIZABLE, false);
        bank.transaction().begin();
        bank.read("east");
        bank.add("west", 1);
        bank.transaction().commit();

        assertThat(told.roles).isEqualTo(Map.of("east", BranchRole.READER, "west", BranchRole.ONLY));
    }

    @Test
    void hearsNoRoleOfANodeThatNoStatementReached() throws Exception {
        bank.transaction().begin();
        bank.connection("east").close();
        bank.add("west", 1);
        bank.transaction().commit();

        assertThat(told.roles).isEqualTo(Map.of("west", BranchRole.ONLY));
    }

    @Test
    void hearsOfARollbackWithoutRoles() throws Exception {
        bank.transaction().begin();
        bank.add("east", -1);
        bank.add("west", 1);
        bank.transaction().rollback();

        assertThat(told.roles).isEmpty();
        assertThat(told.steps).containsExactlyInAnyOrder("ROLLBACK east true", "ROLLBACK west true");
        assertThat(told.ends).containsExactly(Outcome.ROLLED_BACK);
    }

    @Test
    void hearsOfTheRolesWhereAnotherResourceTakesPart() throws Exception {
        XATransactionalResource other = new XATransactionalResource("listener-other") {
            @Override
            protected XAResource refreshXAConnection() {
                return new OtherResource(true);
            }

            @Override
            public boolean usesXAResource(XAResource resource) {
                return resource instanceof OtherResource;
            }
        };
        Configuration.addResource(other);
        try {
            bank.transaction().begin();
            bank.add("east", -1);
            bank.add("west", 1);
            bank.xa.transactionManager().getTransaction().enlistResource(new OtherResource(true));
            bank.transaction().commit();
        } finally {
            Configuration.removeResource(other.getName());
        }

        assertThat(told.roles).isEqualTo(Map.of("east", BranchRole.HOME, "west", BranchRole.PARTICIPANT));
        assertThat(told.steps)
                .containsExactlyInAnyOrder(
                        "PREPARE east true", "PREPARE west true", "FINISH east true", "FINISH west true");
        assertThat(told.ends).containsExactly(Outcome.COMMITTED);
    }
}
