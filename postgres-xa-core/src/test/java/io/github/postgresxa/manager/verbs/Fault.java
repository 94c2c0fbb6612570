package io.github.postgresxa.manager.verbs;

import java.util.function.Supplier;
import javax.transaction.xa.XAException;
import org.jspecify.annotations.Nullable;

/**
 * How a verb of the resource fails.
 *
 * @param name how reports call it
 * @param effect what becomes of the branch all the same
 * @param thrown what the verb throws; null if it answers
 * @param code the XA code of the answer, {@link #NONE} for another failure, {@link XAException}'s or a vote
 * @param extra what else happens on the thread
 * @param times how often it fails; {@link #ALWAYS} until it is healed
 */
record Fault(String name, Effect effect, @Nullable Supplier<Throwable> thrown, int code, Extra extra, int times) {

    static final int NONE = Integer.MIN_VALUE;
    static final int ALWAYS = Integer.MAX_VALUE;

    /** What becomes of the branch. */
    enum Effect {
        /** Nothing was done. */
        NOT_DONE,
        /** It was done; at most the reply is wrong. */
        DONE,
        /** The branch is rolled back, whatever was asked. */
        ROLLS_BACK,
        /** The branch is committed, whatever was asked. */
        COMMITS,
        /** A part of the branch is committed, the rest is rolled back. */
        MIXES,
        /** Nothing was written, so that the branch ends with its vote. */
        READS
    }

    /** What else happens on the thread of the verb. */
    enum Extra {
        NOTHING,
        /** The thread is interrupted. */
        INTERRUPT,
        /** It takes longer than the transaction may take. */
        SLOW
    }

    static Fault code(String name, int code, Effect effect) {
        return new Fault(name + " " + effect, effect, () -> new XAException(code), code, Extra.NOTHING, ALWAYS);
    }

    static Fault thrown(Supplier<Throwable> failure, Effect effect) {
        String name = failure.get().getClass().getSimpleName();
        return new Fault(name + " " + effect, effect, failure, NONE, Extra.NOTHING, ALWAYS);
    }

    static Fault answer(String name, int vote, Effect effect) {
        return new Fault(name + " " + effect, effect, null, vote, Extra.NOTHING, ALWAYS);
    }

    Fault with(Extra added) {
        return new Fault(name + " " + added, effect, thrown, code, added, times);
    }

    Fault once() {
        return new Fault(name + " once", effect, thrown, code, extra, 1);
    }

    /** {@return whether the code says that the branch is rolled back} */
    boolean saysRolledBack(Verb verb) {
        boolean ended = verb == Verb.COMMIT || verb == Verb.COMMIT_ONE_PHASE;
        return code >= XAException.XA_RBBASE && code <= XAException.XA_RBEND
                || code == XAException.XA_HEURRB
                || code == XAException.XAER_RMERR && ended
                || code == XAException.XAER_NOTA && (verb == Verb.PREPARE || verb == Verb.ROLLBACK);
    }

    /** {@return whether the code says that the branch is committed} */
    boolean saysCommitted(Verb verb) {
        return code == XAException.XA_HEURCOM || code == XAException.XAER_NOTA && verb == Verb.COMMIT;
    }

    /** {@return whether the code says that nobody knows, or that it is committed in part} */
    boolean saysMixed() {
        return code == XAException.XA_HEURMIX || code == XAException.XA_HEURHAZ;
    }
}
