package io.github.postgresxa.decision;

import io.github.postgresxa.Outcome;
import io.github.postgresxa.TransactionId;
import io.github.postgresxa.gid.NodeIdentity;
import io.github.postgresxa.gid.Participant;
import java.util.List;

/**
 * A row of the decision log.
 *
 * @param transaction the transaction it settles
 * @param kind commit or abort
 * @param participants the nodes that hold a prepared branch of it; empty for a fence
 */
public record Decision(TransactionId transaction, Kind kind, List<Participant> participants) {

    /** Copies the list. */
    public Decision {
        participants = List.copyOf(participants);
    }

    /**
     * Finds the branch of a node.
     *
     * @param identity a node that the row names
     * @return its branch, as the row names it
     */
    public Participant participant(NodeIdentity identity) {
        return participants.stream()
                .filter(p -> p.identity().equals(identity))
                .findFirst()
                .orElseThrow();
    }

    /**
     * Whether the row names a node.
     *
     * @param identity a node
     * @return whether the row names that node's branch
     */
    public boolean names(NodeIdentity identity) {
        return participants.stream().anyMatch(p -> p.identity().equals(identity));
    }

    /** What the row says. */
    public enum Kind {
        /** C: every branch commits. */
        COMMIT,
        /** A: no branch commits. */
        ABORT;

        /** {@return how every branch is to end} */
        public Outcome outcome() {
            return this == COMMIT ? Outcome.COMMITTED : Outcome.ROLLED_BACK;
        }

        /** {@return how no branch may end} */
        public Outcome opposite() {
            return this == COMMIT ? Outcome.ROLLED_BACK : Outcome.COMMITTED;
        }

        static Kind of(String letter) {
            return switch (letter) {
                case "C" -> COMMIT;
                case "A" -> ABORT;
                default -> throw new IllegalArgumentException("its outcome is neither C nor A");
            };
        }
    }
}
