package io.github.postgresxa.manager.verbs;

import javax.transaction.xa.XAException;

/**
 * One transaction in which the other resource fails.
 *
 * @param play what the application does
 * @param before whether the other resource is enlisted before the nodes
 * @param verb where it fails
 * @param fault how it fails
 */
record Scenario(Play play, boolean before, Verb verb, Fault fault) {

    String name() {
        return "%s, %s the nodes: %s %s".formatted(play, before ? "before" : "after", verb, fault.name());
    }

    /** {@return whether the resource breaks the XA specification, so that no manager could do right by it} */
    boolean isLie() {
        Fault.Effect effect = fault.effect();
        boolean rollsBack = effect == Fault.Effect.ROLLS_BACK || verb == Verb.ROLLBACK && effect == Fault.Effect.DONE;
        boolean commits = effect == Fault.Effect.COMMITS
                || (verb == Verb.COMMIT || verb == Verb.COMMIT_ONE_PHASE) && effect == Fault.Effect.DONE;
        return fault.saysRolledBack(verb) && !rollsBack
                || fault.saysCommitted(verb) && !commits
                || fault.saysMixed() && effect != Fault.Effect.MIXES
                || fault.code() == XAException.XA_RETRY && effect != Fault.Effect.NOT_DONE;
    }

    /** {@return whether the resource rolls back what it had agreed to commit, and answers only recovery} */
    boolean endsUnheard() {
        return verb == Verb.COMMIT
                && fault.code() == XAException.XAER_RMFAIL
                && fault.effect() == Fault.Effect.ROLLS_BACK;
    }

    /** {@return whether the resource has ended its branch on its own, and says so} */
    boolean isHeuristic() {
        if (verb == Verb.FORGET) {
            return true; // That is what it is to forget.
        }
        return switch (fault.effect()) {
            case ROLLS_BACK -> verb == Verb.COMMIT;
            case COMMITS -> verb != Verb.COMMIT && verb != Verb.COMMIT_ONE_PHASE;
            case MIXES -> true;
            default -> false;
        };
    }
}
