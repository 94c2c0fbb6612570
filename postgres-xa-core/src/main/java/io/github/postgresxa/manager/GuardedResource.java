package io.github.postgresxa.manager;

import java.util.Set;
import javax.transaction.xa.XAException;
import javax.transaction.xa.XAResource;
import javax.transaction.xa.Xid;
import org.jspecify.annotations.Nullable;

/**
 * Another resource, whose failures the embedded managers understand. What a verb throws beside an XAException, or with
 * a code that the XA specification does not allow there, says nothing about the branch. Narayana takes an exception of
 * a one-phase commit for success, and some codes for a rollback. An Error leaves either manager in the middle of a
 * commit, with what is prepared. Here each of them is XAER_RMFAIL: the end of the branch is not known yet.
 */
public final class GuardedResource implements XAResource {

    private static final Set<Integer> OF_PREPARE = Set.of(
            XAException.XAER_RMERR,
            XAException.XAER_NOTA,
            XAException.XAER_INVAL,
            XAException.XAER_RMFAIL,
            XAException.XA_HEURCOM,
            XAException.XA_HEURHAZ,
            XAException.XA_HEURMIX,
            XAException.XA_HEURRB);

    private static final Set<Integer> OF_ONE_PHASE = Set.of(
            XAException.XAER_RMERR,
            XAException.XAER_NOTA,
            XAException.XAER_INVAL,
            XAException.XA_HEURCOM,
            XAException.XA_HEURHAZ,
            XAException.XA_HEURMIX,
            XAException.XA_HEURRB);

    private static final Set<Integer> OF_COMMIT = Set.of(
            XAException.XAER_RMERR,
            XAException.XAER_NOTA,
            XAException.XA_RETRY,
            XAException.XA_HEURCOM,
            XAException.XA_HEURHAZ,
            XAException.XA_HEURMIX,
            XAException.XA_HEURRB);

    private static final Set<Integer> KEEPS_WORK =
            Set.of(XAException.XA_HEURCOM, XAException.XA_HEURHAZ, XAException.XA_HEURMIX);

    private final XAResource resource;
    private final int gone;
    private boolean asked;
    private volatile @Nullable XAException keeps;

    /**
     * Guards a resource for one transaction.
     *
     * @param resource the resource
     * @param gone the code for a branch that is not there any more when its commit is asked for the first time: it was
     *     prepared, and nobody knows how it ended
     */
    public GuardedResource(XAResource resource, int gone) {
        this.resource = resource;
        this.gone = gone;
    }

    /** A verb. */
    @FunctionalInterface
    private interface Request<T> {
        T run() throws XAException;
    }

    private static <T> T answer(Request<T> verb) throws XAException {
        try {
            return verb.run();
        } catch (RuntimeException | Error e) {
            throw unknown(e);
        }
    }

    private static <T> T answer(Request<T> verb, Set<Integer> codes) throws XAException {
        try {
            return answer(verb);
        } catch (XAException e) {
            throw isRollback(e.errorCode) || codes.contains(e.errorCode) ? e : unknown(e);
        }
    }

    /**
     * Tells whether a code says that a branch was rolled back.
     *
     * @param code of an XAException
     * @return whether it is one of XA_RB*
     */
    public static boolean isRollback(int code) {
        return code >= XAException.XA_RBBASE && code <= XAException.XA_RBEND;
    }

    private static XAException unknown(Throwable cause) {
        return cause instanceof XAException known && known.errorCode == XAException.XAER_RMFAIL
                ? known
                : exception(
                        XAException.XAER_RMFAIL,
                        "another resource failed in a way that says nothing of its work: " + cause,
                        cause);
    }

    private static XAException exception(int code, String message, Throwable cause) {
        XAException exception = new XAException(message);
        exception.errorCode = code;
        exception.initCause(cause);
        return exception;
    }

    @Override
    public void start(Xid xid, int flags) throws XAException {
        answer(() -> {
            resource.start(xid, flags);
            return true;
        });
    }

    @Override
    public void end(Xid xid, int flags) throws XAException {
        answer(() -> {
            resource.end(xid, flags);
            return true;
        });
    }

    @Override
    public int prepare(Xid xid) throws XAException {
        return noted(() -> answer(() -> resource.prepare(xid), OF_PREPARE));
    }

    @Override
    public void commit(Xid xid, boolean onePhase) throws XAException {
        boolean first = !asked;
        asked = true;
        try {
            answer(
                    () -> {
                        resource.commit(xid, onePhase);
                        return true;
                    },
                    onePhase ? OF_ONE_PHASE : OF_COMMIT);
        } catch (XAException e) {
            throw first && !onePhase && e.errorCode == XAException.XAER_NOTA
                    ? exception(gone, "another resource does not know what it has prepared", e)
                    : e;
        }
    }

    @Override
    public void rollback(Xid xid) throws XAException {
        noted(() -> answer(() -> {
            resource.rollback(xid);
            return true;
        }));
    }

    private <T> T noted(Request<T> verb) throws XAException {
        try {
            return verb.run();
        } catch (XAException e) {
            if (KEEPS_WORK.contains(e.errorCode)) {
                keeps = e;
            }
            throw e;
        }
    }

    /** {@return the answer by which it may have kept its work; null if it has rolled back, as far as it says} */
    @Nullable
    XAException keeps() {
        return keeps;
    }

    /** {@return the resource, for people} */
    String title() {
        return resource.getClass().getName();
    }

    @Override
    public void forget(Xid xid) throws XAException {
        answer(() -> {
            resource.forget(xid);
            return true;
        });
    }

    @Override
    public Xid[] recover(int flag) throws XAException {
        return answer(() -> resource.recover(flag));
    }

    @Override
    public boolean isSameRM(XAResource other) throws XAException {
        return answer(() -> resource.isSameRM(other instanceof GuardedResource guarded ? guarded.resource : other));
    }

    @Override
    public int getTransactionTimeout() throws XAException {
        return answer(resource::getTransactionTimeout);
    }

    @Override
    public boolean setTransactionTimeout(int seconds) throws XAException {
        return answer(() -> resource.setTransactionTimeout(seconds));
    }

    @Override
    public String toString() {
        return resource.toString();
    }
}
