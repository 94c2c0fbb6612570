package io.github.postgresxa.reliability.matrix;

import io.github.postgresxa.test.fault.MessageKind;
import io.github.postgresxa.test.fault.Position;
import java.util.ArrayList;
import java.util.List;

/** All plays of the matrix. */
final class Plays {

    private Plays() {}

    static List<Play> all() {
        List<Play> plays = new ArrayList<>();
        for (Shape shape : Shape.values()) {
            plays.add(shape.isLocal() ? new Play.Local(shape) : new Play.Commit(shape));
        }
        plays.add(new Play.Enquiry(Position.BEFORE_FORWARDING));
        plays.add(new Play.Enquiry(Position.AFTER_EXECUTED));
        for (boolean rival : new boolean[] {false, true}) {
            plays.add(new Play.Recovery(Shape.TWO_WRITERS, MessageKind.PREPARE, rival));
            plays.add(new Play.Recovery(Shape.TWO_WRITERS, MessageKind.DECISION, rival));
            plays.add(new Play.Recovery(Shape.THREE_WRITERS, MessageKind.COMMIT_PREPARED, rival));
        }
        plays.add(new Play.Forgetting());
        return plays;
    }
}
