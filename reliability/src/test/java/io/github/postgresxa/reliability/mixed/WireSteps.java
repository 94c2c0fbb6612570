package io.github.postgresxa.reliability.mixed;

import io.github.postgresxa.reliability.load.NodeAddress;
import io.github.postgresxa.test.PostgresNode;
import io.github.postgresxa.test.fault.Fault;
import io.github.postgresxa.test.fault.FaultPlan;
import io.github.postgresxa.test.fault.FaultPoint;
import io.github.postgresxa.test.fault.FaultProxy;
import io.github.postgresxa.test.fault.MessageKind;
import io.github.postgresxa.test.fault.Position;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** An instance's messages to the nodes as steps, also those of its recovery: each on its way, and executed. */
final class WireSteps implements AutoCloseable {

    private static final List<MessageKind> KINDS = List.of(
            MessageKind.REGISTRATION,
            MessageKind.PREPARE,
            MessageKind.MANAGER_DECISION,
            MessageKind.MANAGER_FENCE,
            MessageKind.DECISION,
            MessageKind.FENCE,
            MessageKind.COMMIT_PREPARED,
            MessageKind.ROLLBACK_PREPARED);

    private record Moment(MessageKind kind, Position position) {}

    private static final Map<String, Moment> MOMENTS = moments();

    private final FaultPlan plan = new FaultPlan();
    private final List<FaultProxy> links;

    WireSteps(List<PostgresNode> nodes) {
        this.links = nodes.stream().map(n -> FaultProxy.before(n, plan)).toList();
    }

    private static Map<String, Moment> moments() {
        Map<String, Moment> moments = new LinkedHashMap<>();
        for (MessageKind kind : KINDS) {
            moments.put("message " + kind + " is lost", new Moment(kind, Position.BEFORE_FORWARDING));
            moments.put("message " + kind + " is executed", new Moment(kind, Position.AFTER_EXECUTED));
        }
        return moments;
    }

    /** {@return the crash points at messages} */
    static List<CrashPoint> crashPoints() {
        return MOMENTS.keySet().stream().map(step -> new CrashPoint(step, true)).toList();
    }

    static boolean has(CrashPoint point) {
        return MOMENTS.containsKey(point.step());
    }

    /** {@return the addresses through which the instance reaches the nodes} */
    List<NodeAddress> addresses() {
        return links.stream()
                .map(link -> NodeAddress.through(link.node(), link.port()))
                .toList();
    }

    /**
     * Sets the crash point.
     *
     * @param point one of {@link #crashPoints}
     * @param occurrence the number of the message from now on, from 1; a manager is registered only once
     * @param kill kills the instance
     * @return has struck when the instance was killed there
     */
    Fault crashAt(CrashPoint point, int occurrence, Runnable kill) {
        Moment moment = moment(point);
        FaultPoint message = plan.at(moment.kind()).nth(moment.kind() == MessageKind.REGISTRATION ? 1 : occurrence);
        Fault fault = message.call(moment.position(), kill);
        message.cut(moment.position());
        return fault;
    }

    /** Drops the crash point. */
    void clear() {
        plan.clear();
    }

    private static Moment moment(CrashPoint point) {
        @Nullable Moment moment = MOMENTS.get(point.step());
        if (moment == null) {
            throw new IllegalArgumentException("no message: " + point);
        }
        return moment;
    }

    @Override
    public void close() {
        links.forEach(FaultProxy::close);
    }
}
