package io.github.postgresxa.manager.verbs;

import io.github.postgresxa.manager.verbs.Branches.Branch;
import io.github.postgresxa.manager.verbs.Branches.State;
import io.github.postgresxa.manager.verbs.Fault.Effect;
import io.github.postgresxa.manager.verbs.Fault.Extra;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import javax.transaction.xa.XAException;
import javax.transaction.xa.XAResource;
import javax.transaction.xa.Xid;
import org.jspecify.annotations.Nullable;

/**
 * A resource manager as the XA specification has it, whose resources fail as they are told. Its branches are durable,
 * so that {@code recover} lists what is prepared, and every end can be audited.
 */
final class ResourceManager {

    /** Longer than the transactions may take. */
    static final Duration SLOW = Duration.ofMillis(1600);

    private record Plan(Verb verb, Fault fault, AtomicInteger left) {}

    private final Branches branches;
    private final Map<String, List<Plan>> plans = new ConcurrentHashMap<>();
    private final Map<String, List<String>> calls = new ConcurrentHashMap<>();

    ResourceManager(Path file) {
        this.branches = new Branches(file);
    }

    Branches branches() {
        return branches;
    }

    /** {@return a resource for one transaction} */
    XAResource resource(String owner) {
        return new Resource(owner);
    }

    /** {@return the resource that recovers} */
    XAResource recovery() {
        return new Resource(null);
    }

    void fails(String owner, Verb verb, Fault fault) {
        plans.computeIfAbsent(owner, k -> new CopyOnWriteArrayList<>())
                .add(new Plan(verb, fault, new AtomicInteger(fault.times())));
    }

    void heal(String owner) {
        plans.remove(owner);
    }

    void heal() {
        plans.clear();
    }

    List<String> calls(String owner) {
        return calls.getOrDefault(owner, List.of());
    }

    /** A resource as a manager enlists it, or, without an owner, as it recovers. */
    final class Resource implements XAResource {

        private final @Nullable String owner;

        Resource(@Nullable String owner) {
            this.owner = owner;
        }

        private String owner(@Nullable Xid xid) {
            String of = owner != null || xid == null ? owner : branches.owner(xid);
            return of == null ? "recovery" : of;
        }

        private @Nullable Fault planned(Verb verb, @Nullable Xid xid) {
            String of = owner(xid);
            calls.computeIfAbsent(of, k -> new CopyOnWriteArrayList<>())
                    .add(verb + (owner == null ? " by recovery" : ""));
            return plans.getOrDefault(of, List.of()).stream()
                    .filter(p -> p.verb() == verb && p.left().getAndDecrement() > 0)
                    .map(Plan::fault)
                    .findFirst()
                    .orElse(null);
        }

        /** {@return the code of a planned answer; 0 if none is planned} */
        private int run(Verb verb, @Nullable Xid xid, Runnable request) throws XAException {
            Fault fault = planned(verb, xid);
            if (fault == null) {
                request.run();
                return 0;
            }
            if (fault.extra() == Extra.SLOW) {
                pause();
            }
            if (xid != null) {
                carryOut(fault.effect(), xid, request);
            }
            if (fault.extra() == Extra.INTERRUPT) {
                Thread.currentThread().interrupt();
            }
            if (fault.thrown() != null) {
                ResourceManager.<RuntimeException>sneak(fault.thrown().get());
            }
            return fault.code();
        }

        private void carryOut(Effect effect, Xid xid, Runnable request) {
            switch (effect) {
                case NOT_DONE -> {}
                case DONE -> request.run();
                case ROLLS_BACK -> endAlone(xid, State.HEURISTICALLY_ROLLED_BACK, State.ROLLED_BACK);
                case COMMITS -> endAlone(xid, State.HEURISTICALLY_COMMITTED, State.COMMITTED);
                case MIXES -> endAlone(xid, State.HEURISTICALLY_MIXED, State.HEURISTICALLY_MIXED);
                case READS -> branches.change(owner(xid), xid, State.READ_ONLY);
            }
        }

        /** Only a prepared branch ends heuristically. */
        private void endAlone(Xid xid, State prepared, State otherwise) {
            branches.change(owner(xid), xid, branches.of(xid) == State.PREPARED ? prepared : otherwise);
        }

        private void change(Xid xid, State to, State... from) {
            State now = branches.of(xid);
            if (now != null && now.isHeuristic()) {
                refuse(
                        switch (now) {
                            case HEURISTICALLY_COMMITTED -> XAException.XA_HEURCOM;
                            case HEURISTICALLY_ROLLED_BACK -> XAException.XA_HEURRB;
                            default -> XAException.XA_HEURMIX;
                        });
            }
            if (now == null || !List.of(from).contains(now)) {
                refuse(now == State.ACTIVE || now == State.IDLE ? XAException.XAER_PROTO : XAException.XAER_NOTA);
            }
            branches.change(owner(xid), xid, to);
        }

        @Override
        public void start(Xid xid, int flags) throws XAException {
            run(Verb.START, xid, () -> branches.change(owner(xid), xid, State.ACTIVE));
        }

        @Override
        public void end(Xid xid, int flags) throws XAException {
            run(Verb.END, xid, () -> change(xid, State.IDLE, State.ACTIVE));
        }

        @Override
        public int prepare(Xid xid) throws XAException {
            return run(Verb.PREPARE, xid, () -> change(xid, State.PREPARED, State.IDLE));
        }

        @Override
        public void commit(Xid xid, boolean onePhase) throws XAException {
            State from = onePhase ? State.IDLE : State.PREPARED;
            run(onePhase ? Verb.COMMIT_ONE_PHASE : Verb.COMMIT, xid, () -> change(xid, State.COMMITTED, from));
        }

        @Override
        public void rollback(Xid xid) throws XAException {
            run(Verb.ROLLBACK, xid, () -> change(xid, State.ROLLED_BACK, State.ACTIVE, State.IDLE, State.PREPARED));
        }

        @Override
        public Xid[] recover(int flag) throws XAException {
            List<Xid> listed = new ArrayList<>();
            for (Map.Entry<Branch, State> branch : branches.all().entrySet()) {
                State state = branch.getValue();
                if (state.isPrepared() || state.isHeuristic()) {
                    run(Verb.RECOVER, branch.getKey(), () -> listed.add(branch.getKey()));
                }
            }
            return listed.toArray(Xid[]::new);
        }

        @Override
        public void forget(Xid xid) throws XAException {
            run(Verb.FORGET, xid, () -> {
                State now = branches.of(xid);
                if (now == null || !now.isHeuristic()) {
                    refuse(XAException.XAER_NOTA);
                }
                branches.change(owner(xid), xid, State.FORGOTTEN);
            });
        }

        @Override
        public boolean isSameRM(XAResource other) throws XAException {
            run(Verb.IS_SAME_RM, null, () -> {});
            return other == this;
        }

        @Override
        public int getTransactionTimeout() {
            return 0;
        }

        @Override
        public boolean setTransactionTimeout(int seconds) throws XAException {
            run(Verb.SET_TIMEOUT, null, () -> {});
            return false;
        }

        @Override
        public String toString() {
            return "other resource of " + owner;
        }
    }

    private static void refuse(int code) {
        ResourceManager.<RuntimeException>sneak(new XAException(code));
    }

    /** No interrupt makes it shorter. */
    private static void pause() {
        boolean interrupted = Thread.interrupted();
        long end = System.nanoTime() + SLOW.toNanos();
        while (System.nanoTime() < end) {
            LockSupport.parkNanos(end - System.nanoTime());
            interrupted |= Thread.interrupted();
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    @SuppressWarnings("unchecked")
    private static <X extends Throwable> void sneak(Throwable failure) throws X {
        throw (X) failure;
    }
}
