package io.github.postgresxa.simulation;

import io.github.postgresxa.gid.ManagerXid;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SplittableRandom;
import javax.transaction.xa.XAException;
import javax.transaction.xa.XAResource;
import javax.transaction.xa.Xid;

/**
 * A resource that is no node: a message broker, say. It outlives every process, and never decides by itself. Requests
 * and answers may be lost, and a request may arrive when its caller has given up.
 */
final class Broker {

    enum State {
        ACTIVE,
        PREPARED,
        COMMITTED,
        ROLLED_BACK
    }

    /** The work of one transaction there. */
    static final class Part {

        State state = State.ACTIVE;

        /** Its prepare is still under way, and no caller waits for it. */
        private boolean late;
    }

    private interface Request {
        void arrive() throws XAException;
    }

    private final Schedule schedule;
    private final SplittableRandom random;
    private final Map<ManagerXid, Part> parts = new LinkedHashMap<>();

    Broker(Schedule schedule, SplittableRandom random) {
        this.schedule = schedule;
        this.random = random;
    }

    Part begin(ManagerXid xid) {
        Part part = new Part();
        parts.put(xid, part);
        return part;
    }

    boolean hasPrepared() {
        return parts.values().stream().anyMatch(p -> p.state == State.PREPARED);
    }

    private Part part(Xid xid) throws XAException {
        Part part = parts.get(ManagerXid.of(xid));
        if (part == null) {
            throw new XAException(XAException.XAER_NOTA);
        }
        return part;
    }

    /** @throws XAException if it is not prepared, as far as its caller knows */
    void prepare(ManagerXid xid) throws XAException {
        Part part = part(xid);
        send(() -> {
            part.late = false;
            if (part.state != State.ACTIVE) {
                throw new XAException(XAException.XA_RBROLLBACK);
            }
            part.state = State.PREPARED;
        });
    }

    void commit(Xid xid) throws XAException {
        send(() -> end(part(xid), State.COMMITTED));
    }

    void rollback(Xid xid) throws XAException {
        send(() -> {
            Part part = part(xid);
            if (part.state == State.ACTIVE && !part.late) {
                part.state = State.ROLLED_BACK;
            } else {
                end(part, State.ROLLED_BACK);
            }
        });
    }

    private static void end(Part part, State state) throws XAException {
        if (part.state != State.PREPARED) {
            throw new XAException(XAException.XAER_NOTA);
        }
        part.state = state;
    }

    private void send(Request request) throws XAException {
        Actor.current().pause();
        int drawn = schedule.isHealed() ? Integer.MAX_VALUE : random.nextInt(30);
        if (drawn == 0) {
            throw lost("request to the broker lost");
        }
        if (drawn == 1) {
            parts.values().forEach(p -> p.late |= p.state == State.ACTIVE);
            schedule.add("late message to the broker", () -> {
                for (int wait = random.nextInt(40); wait > 0; wait--) {
                    Actor.current().pause();
                }
                try {
                    request.arrive();
                } catch (XAException e) {
                    // No caller waits for it.
                }
            });
            throw lost("request to the broker late");
        }
        request.arrive();
        Actor.current().pause();
        if (drawn == 2) {
            throw lost("reply of the broker lost");
        }
    }

    private XAException lost(String what) {
        schedule.count(what);
        return new XAException(XAException.XAER_RMFAIL);
    }

    /** {@return the prepared transactions} */
    Xid[] recover(int flag) throws XAException {
        if ((flag & XAResource.TMSTARTRSCAN) == 0) {
            return new Xid[0];
        }
        send(() -> {});
        return parts.entrySet().stream()
                .filter(e -> e.getValue().state == State.PREPARED)
                .map(Map.Entry::getKey)
                .toArray(Xid[]::new);
    }
}
