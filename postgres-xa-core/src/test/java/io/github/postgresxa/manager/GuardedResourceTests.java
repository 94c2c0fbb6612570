package io.github.postgresxa.manager;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.postgresxa.gid.ManagerXid;
import io.github.postgresxa.test.manager.OtherResource;
import jakarta.transaction.HeuristicMixedException;
import jakarta.transaction.SystemException;
import javax.transaction.xa.XAException;
import javax.transaction.xa.Xid;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What another resource throws, as the embedded managers receive it. */
class GuardedResourceTests {

    private final Failing other = new Failing();
    private final GuardedResource guarded = new GuardedResource(other, XAException.XA_HEURMIX);

    /** Throws what it has. */
    private static final class Failing extends OtherResource {

        private Throwable failure = new StackOverflowError();

        Failing() {
            super(true);
        }

        void throwsCode(int code) {
            failure = new XAException(code);
        }

        @SuppressWarnings("unchecked")
        private <X extends Throwable> void fail() throws X {
            throw (X) failure;
        }

        @Override
        public int prepare(Xid xid) throws XAException {
            this.<XAException>fail();
            return XA_OK;
        }

        @Override
        public void commit(Xid xid, boolean onePhase) throws XAException {
            this.<XAException>fail();
        }

        @Override
        public void rollback(Xid xid) throws XAException {
            this.<XAException>fail();
        }

        @Override
        public void end(Xid xid, int flags) {
            this.<RuntimeException>fail();
        }
    }

    private static void answers(int code, ThrowingCallable verb) {
        assertThatThrownBy(verb).isInstanceOfSatisfying(XAException.class, e -> {
            if (e.errorCode != code) {
                throw new AssertionError("code " + e.errorCode + " and not " + code, e);
            }
        });
    }

    @Test
    void anErrorSaysNothingOfTheBranch() {
        answers(XAException.XAER_RMFAIL, () -> guarded.end(ManagerXid.NONE, 0));
        answers(XAException.XAER_RMFAIL, () -> guarded.prepare(ManagerXid.NONE));
        answers(XAException.XAER_RMFAIL, () -> guarded.commit(ManagerXid.NONE, false));
        answers(XAException.XAER_RMFAIL, () -> guarded.commit(ManagerXid.NONE, true));
        answers(XAException.XAER_RMFAIL, () -> guarded.rollback(ManagerXid.NONE));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, XAException.XAER_PROTO, XAException.XA_RETRY, XAException.XAER_OUTSIDE, 4711})
    void aCodeThatAOnePhaseCommitMayNotHaveIsNoRollback(int code) {
        other.throwsCode(code);
        answers(XAException.XAER_RMFAIL, () -> guarded.commit(ManagerXid.NONE, true));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, XAException.XA_RETRY, XAException.XAER_DUPID, XAException.XAER_PROTO})
    void aCodeThatAPrepareMayNotHaveIsARefusalToBeRolledBack(int code) {
        other.throwsCode(code);
        answers(XAException.XAER_RMFAIL, () -> guarded.prepare(ManagerXid.NONE));
    }

    @ParameterizedTest
    @ValueSource(ints = {XAException.XA_RBDEADLOCK, XAException.XAER_RMERR, XAException.XA_HEURRB})
    void whatTheResourceSaysOfItsBranchIsPassedOn(int code) {
        other.throwsCode(code);
        answers(code, () -> guarded.prepare(ManagerXid.NONE));
        answers(code, () -> guarded.commit(ManagerXid.NONE, true));
        answers(code, () -> guarded.commit(ManagerXid.NONE, false));
        answers(code, () -> guarded.rollback(ManagerXid.NONE));
    }

    @ParameterizedTest
    @ValueSource(ints = {XAException.XA_HEURCOM, XAException.XA_HEURMIX, XAException.XA_HEURHAZ})
    void workThatMayBeKeptIsReportedAlsoWhereTheManagerSaysRolledBack(int code) {
        other.throwsCode(code);
        answers(code, () -> guarded.rollback(ManagerXid.NONE));
        assertThatThrownBy(all()::requireRolledBack)
                .isInstanceOf(SystemException.class)
                .hasMessageContaining("rolled back on the nodes")
                .hasMessageContaining("Compare the data");
        assertThatThrownBy(all()::requireNothingKept).isInstanceOf(HeuristicMixedException.class);
    }

    @Test
    void soIsACommitOnItsOwnAtThePrepare() {
        other.throwsCode(XAException.XA_HEURCOM);
        answers(XAException.XA_HEURCOM, () -> guarded.prepare(ManagerXid.NONE));
        assertThatThrownBy(all()::requireNothingKept).isInstanceOf(HeuristicMixedException.class);
    }

    @ParameterizedTest
    @ValueSource(ints = {XAException.XA_HEURRB, XAException.XA_RBROLLBACK, XAException.XAER_NOTA})
    void whatRolledBackOnItsOwnIsRolledBack(int code) {
        other.throwsCode(code);
        answers(code, () -> guarded.rollback(ManagerXid.NONE));
        assertThatCode(all()::requireRolledBack).doesNotThrowAnyException();
    }

    private GuardedResources all() {
        GuardedResources all = new GuardedResources();
        all.add(guarded);
        return all;
    }

    /** After a lost reply it is the answer to the second commit. */
    @Test
    void onlyTheFirstCommitOfABranchThatIsGoneIsUnknown() {
        other.throwsCode(XAException.XAER_NOTA);
        answers(XAException.XA_HEURMIX, () -> guarded.commit(ManagerXid.NONE, false));
        answers(XAException.XAER_NOTA, () -> guarded.commit(ManagerXid.NONE, false));
        assertThatCode(() -> guarded.isSameRM(guarded)).doesNotThrowAnyException();
    }
}
