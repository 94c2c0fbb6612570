package io.github.postgresxa.reliability.matrix;

import io.github.postgresxa.test.fault.MessageFilter;
import io.github.postgresxa.test.fault.MessageKind;
import io.github.postgresxa.test.fault.Position;
import io.github.postgresxa.test.fault.WireMessage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A piece of the protocol's life whose messages are walked: what happens before the first of them, and which they
 * are.
 */
sealed interface ProtocolRun {

    /**
     * Messages that are not counted: BEGIN, which travels together with the statement behind it, and the scans of the
     * application's own recovery, which come at any time.
     */
    MessageFilter COUNTED = MessageFilter.any()
            .or(MessageKind.STARTUP)
            .except(MessageKind.SCAN)
            .except(MessageKind.READ_DECISIONS)
            .except(ProtocolRun::isBegin)
            .except(MessageKind.STATUS); // How did a vanished branch end?

    Duration LONG = Duration.ofHours(1);

    /** It travels together with the statement behind it. */
    static boolean isBegin(WireMessage message) {
        return message.sql().equals("BEGIN");
    }

    String title();

    Shape shape();

    /** {@return which messages are walked} */
    MessageFilter watched();

    /** {@return the points in the messages of a run without faults} */
    List<Point> points(List<WireMessage> seen);

    /**
     * Begins a transfer. Returns without waiting for its end.
     *
     * @param arm arms the fault; called where the walk begins
     * @return the process that reports how the transfer ended
     */
    ApplicationProcess begin(TestBed bed, Transfer transfer, Runnable arm) throws Exception;

    /** {@return whether no more walked messages are sent after the caller got its reply} */
    boolean isOver(TestBed bed) throws Exception;

    /** {@return the reply to the caller where no fault strikes} */
    default ReportedOutcome unharmed() {
        return shape().unharmed();
    }

    /** {@return how long the application keeps decisions} */
    default Duration retention() {
        return LONG;
    }

    /** {@return whether the survivor recovers all the time; if not, only after the fault} */
    default boolean survivorIsEager() {
        return true;
    }

    /** {@return whether the survivor recovers just while the message that is hit is on its way} */
    default boolean hasRival() {
        return false;
    }

    /**
     * {@return the positions at which a message is hit}
     *
     * <p>After the reply is before the next request, so that position counts only within the commit.
     */
    default List<Position> positions(Point point) {
        return point.isWork()
                ? List.of(Position.BEFORE_FORWARDING, Position.AFTER_EXECUTED)
                : List.of(Position.values());
    }

    /** Named by kind, so that an additional message, such as the set-up of a connection, shifts no other one. */
    private static List<Point> oneAfterTheOther(List<WireMessage> seen) {
        List<Point> points = new ArrayList<>();
        Map<MessageKind, Integer> numbers = new EnumMap<>(MessageKind.class);
        for (WireMessage message : seen) {
            MessageKind kind = message.kind();
            int n = numbers.merge(kind, 1, Integer::sum);
            points.add(new Point(
                    "%s %d".formatted(kind, n), COUNTED.and(kind), new Point.Address(kind, n, "", ""), message));
        }
        return points;
    }

    /**
     * Messages of several passes overlap, so they are identified by kind, node and beginning, and not by their order.
     */
    private static List<Point> byKind(List<WireMessage> seen) {
        Map<String, Point> points = new LinkedHashMap<>();
        Map<String, Integer> variants = new LinkedHashMap<>();
        for (WireMessage message : seen) {
            String kind = "%s on %s".formatted(message.kind(), message.node());
            String beginning = beginning(message);
            if (!points.containsKey(kind + beginning)) {
                int variant = variants.merge(kind, 1, Integer::sum);
                MessageFilter filter = message.kind()
                        .from(message.application())
                        .on(message.node())
                        .and(other -> beginning(other).equals(beginning));
                Point.Address address = new Point.Address(message.kind(), 1, message.node(), beginning);
                points.put(kind + beginning, new Point("%s #%d".formatted(kind, variant), filter, address, message));
            }
        }
        return List.copyOf(points.values());
    }

    private static String beginning(WireMessage message) {
        return message.sql()
                .strip()
                .substring(0, Math.min(16, message.sql().strip().length()));
    }

    /**
     * A commit from its first statement to its last message.
     *
     * @param shape of the transaction
     */
    record Commit(Shape shape) implements ProtocolRun {

        @Override
        public String title() {
            return shape.title();
        }

        @Override
        public MessageFilter watched() {
            return COUNTED;
        }

        @Override
        public List<Point> points(List<WireMessage> seen) {
            return oneAfterTheOther(seen);
        }

        @Override
        public ApplicationProcess begin(TestBed bed, Transfer transfer, Runnable arm) {
            arm.run();
            bed.application().transfer(transfer);
            return bed.application();
        }

        @Override
        public boolean isOver(TestBed bed) {
            return true;
        }
    }

    /**
     * A commit that is acknowledged when it is decided, with what follows in the background.
     *
     * @param shape of the transaction
     */
    record Early(Shape shape) implements ProtocolRun {

        @Override
        public String title() {
            return shape.title() + ", acknowledged when decided";
        }

        @Override
        public MessageFilter watched() {
            return COUNTED;
        }

        @Override
        public List<Point> points(List<WireMessage> seen) {
            return oneAfterTheOther(seen);
        }

        @Override
        public ApplicationProcess begin(TestBed bed, Transfer transfer, Runnable arm) {
            arm.run();
            bed.application().early(transfer);
            return bed.application();
        }

        @Override
        public boolean isOver(TestBed bed) {
            return bed.books().isClean();
        }
    }

    /**
     * Work outside of transactions, on one node.
     *
     * @param shape each statement commits by itself if it is {@link Shape#AUTO_COMMIT}, else all of them together
     */
    record Local(Shape shape) implements ProtocolRun {

        @Override
        public String title() {
            return shape.title();
        }

        @Override
        public MessageFilter watched() {
            return COUNTED;
        }

        @Override
        public List<Point> points(List<WireMessage> seen) {
            return oneAfterTheOther(seen);
        }

        @Override
        public ApplicationProcess begin(TestBed bed, Transfer transfer, Runnable arm) {
            arm.run();
            bed.application().local(transfer, shape == Shape.AUTO_COMMIT);
            return bed.application();
        }

        @Override
        public boolean isOver(TestBed bed) {
            return true;
        }
    }

    /**
     * The decision is lost, as request or as reply, and the home is queried again.
     *
     * @param lost when it is lost
     */
    record Enquiry(Position lost) implements ProtocolRun {

        @Override
        public String title() {
            return lost == Position.BEFORE_FORWARDING
                    ? "decision lost, asked again"
                    : "decision's reply lost, asked again";
        }

        @Override
        public Shape shape() {
            return Shape.TWO_WRITERS;
        }

        @Override
        public MessageFilter watched() {
            return COUNTED;
        }

        @Override
        public List<Point> points(List<WireMessage> seen) {
            return oneAfterTheOther(seen);
        }

        @Override
        public ApplicationProcess begin(TestBed bed, Transfer transfer, Runnable arm) {
            bed.plan().at(MessageKind.DECISION).call(lost, arm);
            bed.plan().at(MessageKind.DECISION).cut(lost);
            bed.application().transfer(transfer);
            return bed.application();
        }

        @Override
        public boolean isOver(TestBed bed) {
            return true;
        }

        /** A decision that never arrived loses against the fence of its own coordinator. */
        @Override
        public ReportedOutcome unharmed() {
            return lost == Position.BEFORE_FORWARDING ? ReportedOutcome.ROLLED_BACK : ReportedOutcome.OK;
        }

        @Override
        public boolean survivorIsEager() {
            return false; // It would finish the branch before the coordinator has asked.
        }
    }

    /**
     * Another application is killed and leaves branches; the messages of the recovering one are hit.
     *
     * @param shape of the transaction
     * @param died at the first message of this kind, when it was executed
     * @param hasRival whether a second one recovers at the same time: while the message that is hit is on its way
     */
    record Recovery(Shape shape, MessageKind died, boolean hasRival) implements ProtocolRun {

        private static final String VICTIM = "victim";

        /** How often it may send a message before it is dead. */
        private static final int TRIES = 10;

        @Override
        public String title() {
            return "recovery, %s, dead at %s%s".formatted(shape.title(), died, hasRival ? ", two recover" : "");
        }

        @Override
        public MessageFilter watched() {
            return MessageFilter.any().from(TestBed.APPLICATION_NAME);
        }

        @Override
        public List<Point> points(List<WireMessage> seen) {
            return byKind(seen);
        }

        @Override
        public ApplicationProcess begin(TestBed bed, Transfer transfer, Runnable arm) throws Exception {
            ApplicationProcess victim = bed.another(VICTIM);
            MessageFilter deadly = died.from("postgres-xa " + VICTIM);
            if (died == MessageKind.COMMIT_PREPARED) {
                deadly = leaveOne(bed, deadly);
            }
            bed.plan().at(deadly).call(Position.AFTER_EXECUTED, () -> {
                arm.run();
                victim.kill();
            });
            bed.plan().at(deadly).loseReply();
            victim.transfer(transfer);
            return victim;
        }

        /** Both are sent at once. One of them never arrives, so that there is something to recover. */
        private MessageFilter leaveOne(TestBed bed, MessageFilter deadly) {
            MessageFilter lost = deadly.on(shape.writers().get(1));
            for (int i = 1; i <= TRIES; i++) {
                bed.plan().at(lost).nth(i).loseRequest();
            }
            return deadly.on(shape.writers().get(2));
        }

        @Override
        public ReportedOutcome unharmed() {
            return ReportedOutcome.NOTHING;
        }

        @Override
        public boolean isOver(TestBed bed) {
            return bed.books().isClean();
        }

        @Override
        public boolean survivorIsEager() {
            return false;
        }

        @Override
        public List<Position> positions(Point point) {
            return List.of(Position.BEFORE_FORWARDING, Position.AFTER_EXECUTED);
        }
    }

    /** A decision that was carried out is verified and deleted. */
    record Forgetting() implements ProtocolRun {

        @Override
        public String title() {
            return "verify and forget";
        }

        @Override
        public Shape shape() {
            return Shape.TWO_WRITERS;
        }

        @Override
        public MessageFilter watched() {
            return MessageFilter.any().from(TestBed.APPLICATION_NAME).except(MessageKind.SCAN);
        }

        @Override
        public List<Point> points(List<WireMessage> seen) {
            return byKind(seen);
        }

        @Override
        public ApplicationProcess begin(TestBed bed, Transfer transfer, Runnable arm) {
            bed.plan().at(MessageKind.COMMIT_PREPARED).call(Position.AFTER_REPLY, arm);
            bed.application().transfer(transfer);
            return bed.application();
        }

        @Override
        public boolean isOver(TestBed bed) {
            return bed.books().decisions() == 0;
        }

        @Override
        public Duration retention() {
            return Duration.ZERO;
        }

        @Override
        public List<Position> positions(Point point) {
            return List.of(Position.BEFORE_FORWARDING, Position.AFTER_EXECUTED);
        }
    }
}
