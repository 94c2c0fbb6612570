package io.github.postgresxa.manager.atomikos;

import static org.assertj.core.api.Assertions.assertThat;

import com.atomikos.icatch.config.Configuration;
import com.atomikos.recovery.PendingTransactionRecord;
import com.atomikos.recovery.TxState;
import io.github.postgresxa.gid.ManagerXid;
import io.github.postgresxa.gid.NodeIdentity;
import io.github.postgresxa.prepared.NodeScan;
import io.github.postgresxa.support.RegisteredOther;
import io.github.postgresxa.test.manager.OtherResource;
import java.lang.reflect.Field;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import javax.transaction.xa.Xid;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A decision of the manager stays in its log until it is carried out. */
class LogOnDemandTests {

    private static final String DIRECTORY = "com.atomikos.icatch.log_base_dir";
    private static final String NAME = "com.atomikos.icatch.tm_unique_name";

    private static final NodeIdentity EAST = new NodeIdentity("0123456789abcdef");
    private static final NodeIdentity WEST = new NodeIdentity("fedcba9876543210");

    @TempDir
    Path directory;

    private final OnePhaseTransactions hints = new OnePhaseTransactions();

    @BeforeEach
    void configure() {
        Configuration.getConfigProperties().setProperty(DIRECTORY, directory.toString());
        Configuration.getConfigProperties().setProperty(NAME, "a-manager");
    }

    @AfterEach
    void reset() {
        Configuration.getConfigProperties().setProperty(DIRECTORY, "./");
    }

    private static PendingTransactionRecord decided(String id) {
        return new PendingTransactionRecord(
                id,
                TxState.COMMITTING,
                System.currentTimeMillis() + Duration.ofHours(1).toMillis(),
                "a-manager");
    }

    private static Set<String> pending(LogOnDemand log) throws Exception {
        return log.getPendingTransactionRecords().stream().map(r -> r.id).collect(Collectors.toSet());
    }

    private static Object field(Object of, String name) throws Exception {
        Field field = of.getClass().getDeclaredField(name);
        field.setAccessible(true);
        return field.get(of);
    }

    /** The disk refuses one write: the file of the log is closed under it. */
    private static void failOnce(LogOnDemand log) throws Exception {
        Object cached = field(field(field(log, "files"), "writer"), "repository");
        ((FileChannel) field(field(cached, "backupCoordinatorLogEntryRepository"), "rwChannel")).close();
    }

    @Test
    void aDecisionIsKeptAlsoIfTheFirstWriteFails() throws Exception {
        LogOnDemand log = new LogOnDemand();
        log.write(decided("first"));
        failOnce(log);
        log.write(decided("second"));
        assertThat(pending(log)).containsExactlyInAnyOrder("first", "second");
        log.close();

        LogOnDemand again = new LogOnDemand();
        assertThat(pending(again)).containsExactlyInAnyOrder("first", "second");
        again.close();
    }

    /** What is prepared there is in no list. */
    @Test
    void noDecisionIsForgottenWhileANodeIsNotKnown() throws Exception {
        Xid xid = ManagerXid.of(new Named("one"));
        hints.agree(xid, List.of(EAST, WEST));
        LogOnDemand log = new LogOnDemand();
        log.write(decided("one"));
        hints.ends(xid);
        assertThat(Files.readAllLines(directory.resolve("nodes"))).containsExactly(EAST.text(), WEST.text());
        log.close();

        LogOnDemand again = new LogOnDemand();
        Scan scan = new Scan();
        scan.covered = Set.of(EAST);
        RegisteredResource resource = RegisteredResource.register(hints, scan);
        try (RegisteredOther other = RegisteredOther.register()) {
            assertThat(other.isClosed()).isFalse();
            again.forgetTransactionRecords(again.getPendingTransactionRecords());
            assertThat(pending(again)).containsExactly("one");
            scan.covered = Set.of(WEST, EAST);
            again.forgetTransactionRecords(again.getPendingTransactionRecords());
            assertThat(pending(again)).isEmpty();
        } finally {
            resource.unregister();
            again.close();
        }
        new LogOnDemand().close();
        assertThat(Files.readString(directory.resolve("nodes"), StandardCharsets.UTF_8))
                .isBlank();
    }

    /** The application registers its broker some time after the start. Until then nothing lists what waits there. */
    @Test
    void noDecisionIsForgottenBeforeAnotherResourceIsRegistered() throws Exception {
        LogOnDemand log = new LogOnDemand();
        log.write(decided("one"));
        RegisteredResource resource = RegisteredResource.register(hints, new Scan());
        try {
            log.forgetTransactionRecords(log.getPendingTransactionRecords());
            assertThat(pending(log)).containsExactly("one");
        } finally {
            resource.unregister();
            log.close();
        }
    }

    private static final class Scan extends OtherResource implements NodeScan {

        private Set<NodeIdentity> covered = Set.of();

        Scan() {
            super(true);
        }

        @Override
        public Set<NodeIdentity> covered() {
            return covered;
        }
    }

    private record Named(String id) implements Xid {

        @Override
        public int getFormatId() {
            return 1;
        }

        @Override
        public byte[] getGlobalTransactionId() {
            return id.getBytes(StandardCharsets.UTF_8);
        }

        @Override
        public byte[] getBranchQualifier() {
            return new byte[] {1};
        }
    }
}
