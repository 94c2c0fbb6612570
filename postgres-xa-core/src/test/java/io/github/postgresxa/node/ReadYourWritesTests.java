package io.github.postgresxa.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.postgresxa.TransactionId;
import io.github.postgresxa.gid.Gid;
import io.github.postgresxa.gid.NodeIdentity;
import io.github.postgresxa.node.ReadYourWrites.Unfinished;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class ReadYourWritesTests {

    private static final NodeIdentity EAST = new NodeIdentity("00000000000000a0");
    private static final NodeIdentity WEST = new NodeIdentity("00000000000000a1");

    /** What happens while a statement waits; time goes on with each wait. */
    private final List<Runnable> meanwhile = new ArrayList<>();

    private long now = 1_000;
    private int waits;
    private final List<TransactionId> given = new ArrayList<>();

    private final MonotonicClock clock = new MonotonicClock() {
        @Override
        public long nanos() {
            return now;
        }

        @Override
        public boolean pause(Duration length) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void await(CompletableFuture<?> event, Duration limit) {
            waits++;
            if (meanwhile.isEmpty()) {
                now += limit.toNanos();
            } else {
                meanwhile.remove(0).run();
            }
        }
    };

    private final ReadYourWrites west = new ReadYourWrites(Duration.ofSeconds(5), clock, given::add);

    private static Gid branch() {
        return new Gid(TransactionId.random(), EAST, WEST);
    }

    @Test
    void withoutSuchACommitNothingWaits() {
        west.await(() -> false);
        west.finished(west.acknowledged(branch()));
        west.await(() -> false);
        assertThat(waits).isZero();
    }

    @Test
    void aStatementWaitsForEachThatWasAcknowledgedBeforeItBegan() {
        Unfinished first = west.acknowledged(branch());
        Unfinished second = west.acknowledged(branch());
        meanwhile.add(() -> west.finished(second));
        meanwhile.add(() -> west.finished(first));
        west.await(() -> false);
        assertThat(waits).isEqualTo(2);
        assertThat(given).isEmpty();
    }

    @Test
    void aWaitWithoutAnEndInSightIsNoError() {
        ReadYourWrites patient = new ReadYourWrites(Duration.ofSeconds(Long.MAX_VALUE), clock, given::add);
        Unfinished one = patient.acknowledged(branch());
        meanwhile.add(() -> patient.finished(one));
        patient.await(() -> false);
        assertThat(waits).isEqualTo(1);
    }

    @Test
    void aStatementDoesNotWaitForWhatIsAcknowledgedLater() {
        Unfinished first = west.acknowledged(branch());
        meanwhile.add(() -> {
            west.acknowledged(branch());
            west.finished(first);
        });
        west.await(() -> false);
        assertThat(waits).isEqualTo(1);
    }

    @Test
    void noStatementWaitsLongerThanTheLimitAfterTheAcknowledgementAndThatIsToldOnce() {
        Gid gid = branch();
        west.acknowledged(gid);
        now += Duration.ofSeconds(4).toNanos();
        west.await(() -> false);
        assertThat(now - 1_000).isEqualTo(Duration.ofSeconds(5).toNanos());
        int before = waits;
        west.await(() -> false);
        assertThat(waits).isEqualTo(before);
        assertThat(given).containsExactly(gid.transaction());
    }

    @Test
    void aStatementWhoseTransactionEndsMeanwhileWaitsNoLonger() {
        west.acknowledged(branch());
        west.await(() -> waits > 0);
        assertThat(waits).isEqualTo(1);
        assertThat(given).isEmpty();
    }

    @Test
    void aListThatLacksTheBranchEndsTheWaitUnlessItIsOlderThanTheAcknowledgement() {
        Gid gid = branch();
        long before = now;
        now++;
        west.acknowledged(gid);
        west.listed(listed -> false, before);
        west.listed(listed -> listed.equals(gid), now + 1);
        meanwhile.add(() -> west.listed(listed -> false, now + 1));
        west.await(() -> false);
        assertThat(waits).isEqualTo(1);
        assertThat(given).isEmpty();
    }

    @Test
    void withALimitOfZeroNothingIsCounted() {
        ReadYourWrites off = new ReadYourWrites(Duration.ZERO, clock, given::add);
        Unfinished one = off.acknowledged(branch());
        off.await(() -> false);
        off.finished(one);
        assertThat(waits).isZero();
    }
}
