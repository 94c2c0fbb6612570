package io.github.postgresxa.manager;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.postgresxa.RecoveryRegistration;
import io.github.postgresxa.gid.ManagerXid;
import io.github.postgresxa.support.LogLines;
import io.github.postgresxa.test.manager.OtherResource;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import javax.transaction.xa.XAException;
import javax.transaction.xa.XAResource;
import javax.transaction.xa.Xid;
import org.junit.jupiter.api.Test;

class RegistrationWatchTests {

    private static final Xid OF_BANK_1 = xid("bank-1");
    private static final Xid OF_BANK_2 = xid("bank-2");

    private long now;
    private final RegistrationWatch watch = new RegistrationWatch("a manager", () -> now);

    private record NamedXid(byte[] getGlobalTransactionId) implements Xid {
        @Override
        public int getFormatId() {
            return 131077;
        }

        @Override
        public byte[] getBranchQualifier() {
            return new byte[] {1};
        }
    }

    private static Xid xid(String node) {
        return new NamedXid(node.getBytes(StandardCharsets.UTF_8));
    }

    private static Predicate<Xid> of(String node) {
        return xid -> new String(xid.getGlobalTransactionId(), StandardCharsets.UTF_8).equals(node);
    }

    private XAResource register(Predicate<Xid> ours) {
        return watch.registered(ours, new OtherResource(true));
    }

    private List<String> log(Runnable action) {
        return LogLines.of(RegistrationWatch.class, action);
    }

    @Test
    void nothingIsMissingBeforeTheManagerPrepares() {
        assertThat(watch.state()).isEqualTo(RecoveryRegistration.NOT_NEEDED_YET);
    }

    @Test
    void aManagerThatPreparesWithoutAResourceForItsRecoveryIsMissingOne() {
        watch.prepares(ManagerXid.NONE);

        assertThat(watch.state()).isEqualTo(RecoveryRegistration.MISSING);
    }

    @Test
    void theFirstOfThemIsInTheLogAndNoOther() {
        assertThat(log(() -> watch.prepares(OF_BANK_1)))
                .singleElement()
                .asString()
                .contains("the transaction manager a manager does not know the nodes", "recoveryResource");
        assertThat(log(() -> watch.prepares(OF_BANK_2))).isEmpty();
    }

    @Test
    void aResourceThatIsAskedForLaterCounts() {
        watch.prepares(OF_BANK_1);
        register(of("bank-1"));

        assertThat(watch.state()).isEqualTo(RecoveryRegistration.REGISTERED);
        assertThat(log(() -> watch.prepares(OF_BANK_1))).isEmpty();
    }

    /** A node identifier that was changed in one place only, or the manager of another server. */
    @Test
    void aResourceThatDoesNotTakeTheManagersIdentifierForItsOwnIsMissed() {
        register(of("bank-2"));
        assertThat(watch.state()).isEqualTo(RecoveryRegistration.REGISTERED);

        assertThat(log(() -> watch.prepares(OF_BANK_1)))
                .singleElement()
                .asString()
                .contains("takes its identifier 00020005.YmFuay0x.AQ for the manager's own", "predicate");
        assertThat(watch.state()).isEqualTo(RecoveryRegistration.MISSING);
        watch.prepares(OF_BANK_2);
        assertThat(watch.state()).as("one that is known settles no other").isEqualTo(RecoveryRegistration.MISSING);
    }

    @Test
    void eachOfSeveralResourcesCounts() {
        register(of("bank-2"));
        register(of("bank-1"));

        assertThat(log(() -> watch.prepares(OF_BANK_1))).isEmpty();
        assertThat(watch.state()).isEqualTo(RecoveryRegistration.REGISTERED);
    }

    @Test
    void whatFailsForTheRecoveryIsMissedAndDisturbsNoTransaction() {
        register(xid -> {
            throw new IllegalStateException("no node name yet");
        });
        register(xid -> {
            throw new NoClassDefFoundError("com/arjuna/ats/arjuna/coordinator/TxControl");
        });
        watch.prepares(OF_BANK_1);

        assertThat(watch.state()).isEqualTo(RecoveryRegistration.MISSING);
    }

    /** In Quarkus, recovery is off unless it is asked for. */
    @Test
    void aRecoveryThatNeverAsksIsFoundOut() {
        register(of("bank-1"));
        now += Duration.ofDays(1).toNanos();
        watch.prepares(OF_BANK_1);
        now += RegistrationWatch.PATIENCE.toNanos();
        assertThat(log(() -> watch.prepares(OF_BANK_1))).isEmpty();
        assertThat(watch.state()).isEqualTo(RecoveryRegistration.REGISTERED);

        now++;
        assertThat(watch.state()).isEqualTo(RecoveryRegistration.NEVER_ASKED);
        assertThat(log(() -> watch.prepares(OF_BANK_1)))
                .singleElement()
                .asString()
                .contains("has not asked the nodes for 10 minutes");
        assertThat(log(() -> watch.prepares(OF_BANK_1))).as("once").isEmpty();
    }

    /** A recovery that runs at the start of a server only asks once, and that is how it works. */
    @Test
    void aRecoveryThatHasAskedOnceHasAsked() throws XAException {
        XAResource resource = register(of("bank-1"));
        watch.prepares(OF_BANK_1);
        resource.recover(XAResource.TMSTARTRSCAN);
        now += 2 * RegistrationWatch.PATIENCE.toNanos();

        assertThat(log(() -> watch.prepares(OF_BANK_1))).isEmpty();
        assertThat(watch.state()).isEqualTo(RecoveryRegistration.REGISTERED);
    }

    /** A helper may make a resource for each scan, and none of them may be kept for ever. */
    @Test
    void aResourceForEachScanIsNoDifference() {
        IntStream.range(0, 1_000)
                .forEach(i -> register(new Predicate<>() {
                    @Override
                    public boolean test(Xid xid) {
                        return of("bank-1").test(xid);
                    }
                }));
        watch.prepares(OF_BANK_1);

        assertThat(watch.state()).isEqualTo(RecoveryRegistration.REGISTERED);
        assertThat(watch.kept()).isLessThanOrEqualTo(16);
    }

    @Test
    void manyThreadsThatAreTheFirstMakeOneLine() {
        assertThat(log(() -> IntStream.range(0, 8)
                        .mapToObj(i -> CompletableFuture.runAsync(() -> watch.prepares(OF_BANK_1)))
                        .toList()
                        .forEach(CompletableFuture::join)))
                .hasSize(1);
    }
}
