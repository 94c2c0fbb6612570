package io.github.postgresxa.reliability.matrix;

import io.github.postgresxa.test.fault.MessageKind;
import io.github.postgresxa.test.fault.Position;
import java.util.ArrayList;
import java.util.List;

/** All plays of the matrix. */
final class ProtocolRuns {

    private ProtocolRuns() {}

    static List<ProtocolRun> all() {
        List<ProtocolRun> plays = new ArrayList<>();
        for (Shape shape : Shape.values()) {
            plays.add(shape.isLocal() ? new ProtocolRun.Local(shape) : new ProtocolRun.Commit(shape));
        }
        plays.add(new ProtocolRun.Early(Shape.TWO_WRITERS));
        plays.add(new ProtocolRun.Enquiry(Position.BEFORE_FORWARDING));
        plays.add(new ProtocolRun.Enquiry(Position.AFTER_EXECUTED));
        for (boolean rival : new boolean[] {false, true}) {
            plays.add(new ProtocolRun.Recovery(Shape.TWO_WRITERS, MessageKind.PREPARE, rival));
            plays.add(new ProtocolRun.Recovery(Shape.TWO_WRITERS, MessageKind.DECISION, rival));
            plays.add(new ProtocolRun.Recovery(Shape.THREE_WRITERS, MessageKind.COMMIT_PREPARED, rival));
        }
        plays.add(new ProtocolRun.Forgetting());
        return plays;
    }
}
