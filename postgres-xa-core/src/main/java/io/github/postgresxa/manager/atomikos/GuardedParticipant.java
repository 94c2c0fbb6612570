package io.github.postgresxa.manager.atomikos;

import com.atomikos.icatch.HeurCommitException;
import com.atomikos.icatch.HeurHazardException;
import com.atomikos.icatch.HeurMixedException;
import com.atomikos.icatch.HeurRollbackException;
import com.atomikos.icatch.Participant;
import com.atomikos.icatch.RollbackException;
import com.atomikos.icatch.SysException;
import io.github.postgresxa.manager.GuardedResource;
import io.github.postgresxa.node.MonotonicClock;
import io.github.postgresxa.node.Uninterruptibles;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Callable;
import javax.transaction.xa.XAException;

/**
 * A resource of a transaction, as Atomikos can end it. An Error out of a resource would leave Atomikos in the middle of
 * a commit, with the other resources prepared. And Atomikos sleeps before it repeats a verb: an interrupt then would
 * make it wait for ever. So verbs are repeated here.
 */
final class GuardedParticipant implements Participant {

    /** How often the second phase is repeated on the application's thread; afterwards it goes on in the background. */
    private static final int REPETITIONS = 3;

    private static final Duration PAUSE = Duration.ofSeconds(1);

    private final Participant participant;
    private boolean prepared;

    GuardedParticipant(Participant participant) {
        this.participant = participant;
    }

    /** {@return the answer, whatever interrupts the thread; it stays interrupted} */
    private static <T> T uninterrupted(Callable<T> verb) throws Exception {
        boolean interrupted = Thread.interrupted();
        try {
            return verb.call();
        } catch (Error e) {
            throw new SysException("a resource failed with " + e, e);
        } finally {
            Uninterruptibles.restore(interrupted);
        }
    }

    @Override
    public int prepare() throws RollbackException, HeurHazardException, HeurMixedException, SysException {
        prepared = true;
        try {
            return uninterrupted(participant::prepare);
        } catch (RollbackException | HeurHazardException | HeurMixedException | RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new SysException(e);
        }
    }

    @Override
    public void commit(boolean onePhase)
            throws HeurRollbackException, HeurHazardException, HeurMixedException, RollbackException, SysException {
        try {
            uninterrupted(() -> {
                commit(onePhase, onePhase ? 0 : REPETITIONS);
                return true;
            });
        } catch (HeurRollbackException
                | HeurHazardException
                | HeurMixedException
                | RollbackException
                | RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new SysException(e);
        }
    }

    private void commit(boolean onePhase, int repetitions)
            throws HeurRollbackException, HeurHazardException, HeurMixedException, RollbackException {
        try {
            participant.commit(onePhase);
        } catch (HeurHazardException | RuntimeException | Error e) {
            if (!onePhase && saysRolledBack(e)) {
                throw new HeurMixedException(); // When it is asked again, it knows nothing of the branch.
            }
            if (repetitions == 0) {
                throw e;
            }
            pause();
            commit(false, repetitions - 1);
        }
    }

    private static boolean saysRolledBack(Throwable failure) {
        return failure.getCause() instanceof XAException e
                && (e.errorCode == XAException.XAER_RMERR || GuardedResource.isRollback(e.errorCode));
    }

    @Override
    public void rollback() throws HeurCommitException, HeurMixedException, HeurHazardException, SysException {
        try {
            uninterrupted(() -> {
                rollback(prepared ? REPETITIONS : 0);
                return true;
            });
        } catch (HeurCommitException | HeurMixedException | HeurHazardException | RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new SysException(e);
        }
    }

    private void rollback(int repetitions) throws HeurCommitException, HeurMixedException, HeurHazardException {
        try {
            participant.rollback();
        } catch (HeurHazardException | RuntimeException | Error e) {
            if (repetitions == 0) {
                throw e;
            }
            pause();
            rollback(repetitions - 1);
        }
    }

    private static void pause() {
        MonotonicClock.SYSTEM.pause(PAUSE);
    }

    @Override
    public void forget() {
        try {
            uninterrupted(() -> {
                participant.forget();
                return true;
            });
        } catch (RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new SysException(e);
        }
    }

    @Override
    public String getURI() {
        return participant.getURI();
    }

    @Override
    public void setCascadeList(Map<String, Integer> allParticipants) {
        participant.setCascadeList(allParticipants);
    }

    @Override
    public void setGlobalSiblingCount(int count) {
        participant.setGlobalSiblingCount(count);
    }

    @Override
    public String getResourceName() {
        return participant.getResourceName();
    }

    @Override
    public String toString() {
        return participant.toString();
    }
}
