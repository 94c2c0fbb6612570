package io.github.postgresxa.test.fault;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * Says what happens at which message, for one proxy or for several. Messages are counted over all of them. A new plan
 * lets everything pass.
 *
 * <pre>{@code
 * FaultPlan plan = new FaultPlan();
 * plan.at(MessageKind.DECISION).loseReply();
 * plan.at(MessageFilter.any().from("postgres-xa bank")).nth(3).call(Position.BEFORE_FORWARDING, node::kill);
 * }</pre>
 */
public final class FaultPlan {

    private final List<Fault> armed = new ArrayList<>();
    private final Map<MessageKind, Long> seen = new EnumMap<>(MessageKind.class);
    private final List<Fault> claimed = new ArrayList<>();
    private final Gate afterReply = new Gate();

    /** Makes a plan without faults. */
    public FaultPlan() {}

    /**
     * {@return the first message from now on that the filter picks}
     *
     * @param filter picks messages, for example a {@link MessageKind}
     */
    public FaultPoint at(MessageFilter filter) {
        return new FaultPoint(this, filter, 1);
    }

    /** Clears all faults and releases what is held. Silent links stay silent until they are healed. */
    public void clear() {
        List<Fault> all;
        synchronized (this) {
            all = new ArrayList<>(claimed);
            all.addAll(armed);
            armed.clear();
            claimed.clear();
        }
        all.forEach(Fault::release);
    }

    /** {@return how many messages of each kind were sent since the plan was made or {@link #resetCounters}} */
    public synchronized Map<MessageKind, Long> seen() {
        return Map.copyOf(seen);
    }

    /** {@return how many faults have struck and were not cleared since} */
    public synchronized int fired() {
        return (int) claimed.stream().filter(Fault::hasFired).count();
    }

    /** Resets the counters: messages count from 0 again. */
    public synchronized void resetCounters() {
        seen.clear();
    }

    synchronized Fault arm(Fault fault) {
        armed.add(fault);
        return fault;
    }

    /** Called once for each message, when the client has sent all of it. */
    synchronized List<Fault> at(WireMessage message) {
        seen.merge(message.kind(), 1L, Long::sum);
        List<Fault> here = new ArrayList<>(armed);
        here.removeIf(fault -> !fault.claims(message));
        armed.removeAll(here);
        claimed.addAll(here);
        return here;
    }

    /** Closed while a fault {@link Position#AFTER_REPLY} is at work. */
    Gate afterReply() {
        return afterReply;
    }
}
