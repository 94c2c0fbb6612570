package io.github.postgresxa.operations;

import java.util.ArrayList;
import java.util.List;

/**
 * What may be adopted. If what the nodes show contradicts an order, it is refused, or needs force where the operator
 * may know better.
 */
final class AdoptionRules {

    private final AdoptRequest request;
    private final AdoptionContext found;
    private final List<String> against = new ArrayList<>();

    private AdoptionRules(AdoptRequest request, AdoptionContext found) {
        this.request = request;
        this.found = found;
    }

    /**
     * Judges an order.
     *
     * @return what it overrides; empty if it needs no force
     * @throws RefusedException if it may not be carried out, or needs force and has none
     */
    static List<String> judge(AdoptRequest request, AdoptionContext found) {
        AdoptionRules rules = new AdoptionRules(request, found);
        if (request.origin() == Origin.COPY) {
            rules.checkCopy();
        } else {
            rules.checkMoved();
        }
        return List.copyOf(rules.against);
    }

    /** {@return whether nobody else may be connected to the database: its identity is taken from it as it is} */
    static boolean needsNoSessions(AdoptRequest request, AdoptionContext.View own) {
        return request.origin() == Origin.COPY && request.force() && own.place().here();
    }

    private void checkCopy() {
        if (!found.otherName().isEmpty()) {
            throw new RefusedException(
                    ("Nodes '%s' and '%s' are one and the same database under two names. Configure it once, or correct"
                                    + " one of the URLs.")
                            .formatted(request.node(), found.otherName()));
        }
        if (found.own().place().here()) {
            onlyForced(("The identity %s of node '%s' belongs to this very database. If this is the original, branches"
                                    + " elsewhere lose their home for ever. Only a copy of the server's files")
                            .formatted(found.identity(), request.node())
                    + " (base backup, snapshot of a disk) may get another one.");
            if (found.own().sessions() > 0) {
                throw new RefusedException(
                        ("%d sessions are connected to the database of node '%s'. Stop every application that uses it:"
                                        + " their connections would go on under the old identity.")
                                .formatted(found.own().sessions(), request.node()));
            }
        } else if (found.originals().isEmpty()) {
            checkCopyWithoutOriginal();
        }
    }

    /**
     * Checks that a copy has an original that answers. The copy's log is emptied: without another one, no record
     * remains of what was decided.
     */
    private void checkCopyWithoutOriginal() {
        if (!found.unreachable().isEmpty()) {
            onlyForced(
                    ("These nodes do not answer: %s. Branches there may wait for decisions that are in the log of node"
                                    + " '%s', which would be emptied, and none of the nodes that answer is its"
                                    + " original. Bring them back first; if the original is gone for good, adopt"
                                    + " this one as moved.")
                            .formatted(NodeQueries.inWords(found.unreachable()), request.node()));
        }
        if (!found.waiting().isEmpty()) {
            onlyForced(("Branches on %s wait for a home with the identity of node '%s', and none of these nodes is its"
                            + " original. If that is gone, adopt this one as moved; else name the original,"
                            + " too.")
                    .formatted(String.join(", ", found.waiting()), request.node()));
        }
    }

    private void checkMoved() {
        if (found.own().place().here()) {
            throw new RefusedException(
                    "The identity %s of node '%s' belongs to this very database: there is nothing to do."
                            .formatted(found.identity(), request.node()));
        }
        if (!found.originals().isEmpty()) {
            throw new RefusedException(
                    ("The original of node '%s' answers, as node '%s'. Two databases with one identity decide for each"
                                    + " other. Adopt this one as a copy.")
                            .formatted(request.node(), found.originals().get(0).name()));
        }
        if (!found.unreachable().isEmpty()) {
            onlyForced("These nodes do not answer, and one of them may be the original: %s."
                    .formatted(NodeQueries.inWords(found.unreachable())));
        }
        if (!found.waiting().isEmpty()) {
            onlyForced(
                    ("Branches on %s wait for a decision of node '%s'. If its log was copied before the original made"
                                    + " its last decision, they end the wrong way. If the original was stopped"
                                    + " first, nothing is missing.")
                            .formatted(String.join(", ", found.waiting()), request.node()));
        }
    }

    private void onlyForced(String why) {
        if (!request.force()) {
            throw new RefusedException(why + " If you know better, order it again with force.");
        }
        against.add(why);
    }
}
