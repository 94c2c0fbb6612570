package io.github.postgresxa.decision;

import io.github.postgresxa.TransactionId;
import io.github.postgresxa.gid.NodeIdentity;
import io.github.postgresxa.gid.Participant;
import java.util.List;

/**
 * A row of the decision log.
 *
 * @param transaction the transaction it settles
 * @param verb commit or abort
 * @param participants the nodes that hold a prepared branch of it; empty for a fence
 */
public record Decision(TransactionId transaction, Verb verb, List<Participant> participants) {

    /** Copies the list. */
    public Decision {
        participants = List.copyOf(participants);
    }

    /**
     * @param identity a node
     * @return whether the row names that node's branch
     */
    public boolean names(NodeIdentity identity) {
        return participants.stream().anyMatch(p -> p.identity().equals(identity));
    }

    /** What the row says. */
    public enum Verb {
        /** C: every branch commits. */
        COMMIT("C"),
        /** A: no branch commits. */
        ABORT("A");

        private final String letter;

        Verb(String letter) {
            this.letter = letter;
        }

        String letter() {
            return letter;
        }

        static Verb of(String letter) {
            return "C".equals(letter) ? COMMIT : ABORT;
        }
    }
}
