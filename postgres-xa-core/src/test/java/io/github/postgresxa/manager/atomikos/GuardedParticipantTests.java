package io.github.postgresxa.manager.atomikos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.atomikos.icatch.HeurMixedException;
import com.atomikos.icatch.Participant;
import com.atomikos.icatch.SysException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import javax.transaction.xa.XAException;
import org.junit.jupiter.api.Test;

/** A resource that fails, as Atomikos ends it. */
class GuardedParticipantTests {

    private final Failing resource = new Failing();
    private final GuardedParticipant guarded = new GuardedParticipant(resource);

    /** Fails once for each failure that it has, and interrupts the thread each time. */
    private static final class Failing implements Participant {

        private final List<RuntimeException> failures = new ArrayList<>();
        private int commits;

        @Override
        public void commit(boolean onePhase) {
            commits++;
            Thread.currentThread().interrupt();
            if (!failures.isEmpty()) {
                throw failures.remove(0);
            }
        }

        @Override
        public int prepare() {
            throw new StackOverflowError();
        }

        @Override
        public void rollback() {
            throw new NoClassDefFoundError();
        }

        @Override
        public void forget() {
            throw new OutOfMemoryError();
        }

        @Override
        public String getURI() {
            return "failing";
        }

        @Override
        public void setCascadeList(Map<String, Integer> allParticipants) {
            // It has no parts.
        }

        @Override
        public void setGlobalSiblingCount(int count) {
            // It has no parts.
        }

        @Override
        public String getResourceName() {
            return "failing";
        }
    }

    private static SysException failure(int code) {
        return new SysException("failed", new XAException(code));
    }

    /** Atomikos itself would wait for ever for the answer that its interrupted sleep has skipped. */
    @Test
    void aCommitIsRepeatedAlsoOnAnInterruptedThreadWhichStaysInterrupted() throws Exception {
        resource.failures.add(failure(XAException.XAER_RMFAIL));
        guarded.commit(false);
        assertThat(Thread.interrupted()).isTrue();
        assertThat(resource.commits).isEqualTo(2);
    }

    @Test
    void aOnePhaseCommitIsNotRepeated() {
        resource.failures.add(failure(XAException.XAER_RMFAIL));
        assertThatThrownBy(() -> guarded.commit(true)).isInstanceOf(SysException.class);
        assertThat(Thread.interrupted()).isTrue();
        assertThat(resource.commits).isEqualTo(1);
    }

    /** It would not know the branch any more, and that passes for a commit. */
    @Test
    void whatSaysThatItIsRolledBackIsNotAskedAgain() {
        resource.failures.add(failure(XAException.XAER_RMERR));
        assertThatThrownBy(() -> guarded.commit(false)).isInstanceOf(HeurMixedException.class);
        assertThat(Thread.interrupted()).isTrue();
        assertThat(resource.commits).isEqualTo(1);
    }

    @Test
    void anErrorIsAFailureThatAtomikosKnows() {
        assertThatThrownBy(guarded::prepare).isInstanceOf(SysException.class);
        assertThatThrownBy(new GuardedParticipant(resource)::rollback).isInstanceOf(SysException.class);
        assertThatThrownBy(guarded::forget).isInstanceOf(SysException.class);
    }
}
