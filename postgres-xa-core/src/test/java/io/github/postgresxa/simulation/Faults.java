package io.github.postgresxa.simulation;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.function.BooleanSupplier;

/** The faults of one schedule, and how often they strike. */
final class Faults {

    private static final int PER_MILLE = 1000;
    private static final int DRAWS = 165;

    /** One kind of fault. It strikes for a drawn number below its bound that is no earlier fault's. */
    private record Fault(int upTo, BooleanSupplier strike) {}

    private final List<Fault> faults = List.of(
            new Fault(20, this::loseRequest),
            new Fault(45, this::giveUp),
            new Fault(55, this::terminate),
            new Fault(65, this::crash),
            new Fault(80, this::failOver),
            new Fault(92, this::cancel),
            new Fault(107, this::killActor),
            new Fault(110, this::finishByHand),
            new Fault(122, this::hold),
            new Fault(130, this::stop),
            new Fault(145, this::stall),
            new Fault(DRAWS, this::restore));

    private final Schedule schedule;
    private final SplittableRandom random;
    private final int rate;
    private final boolean byHand;
    private final boolean astray;
    private final boolean failovers;

    Faults(Schedule schedule, SplittableRandom random) {
        this.schedule = schedule;
        this.random = random;
        this.rate = random.nextInt(5) == 0 ? 0 : random.nextInt(60);
        this.byHand = random.nextInt(10) == 0;
        this.astray = random.nextInt(10) == 0;
        this.failovers = random.nextInt(2) == 0;
    }

    /** {@return whether something went wrong} */
    boolean strike() {
        if (random.nextInt(PER_MILLE) >= rate) {
            return false;
        }
        int drawn = random.nextInt(DRAWS);
        for (Fault fault : faults) {
            if (drawn < fault.upTo) {
                return fault.strike.getAsBoolean();
            }
        }
        throw new IllegalStateException("no fault is drawn by " + drawn);
    }

    private boolean count(String fault) {
        schedule.fired.merge(fault, 1, Integer::sum);
        schedule.tell(() -> "!! " + fault);
        return true;
    }

    /** A message never arrives; its connection is gone. */
    private boolean loseRequest() {
        List<Backend> candidates = new ArrayList<>();
        for (Server server : schedule.servers) {
            for (Backend backend : server.backends) {
                Message message = backend.inbox.peek();
                if (message != null && message.next == 0 && !backend.isWaiting()) {
                    candidates.add(backend);
                }
            }
        }
        if (candidates.isEmpty()) {
            return false;
        }
        pick(candidates).die();
        return count("request lost");
    }

    /** A client hears nothing more. What it has sent may still arrive, now or much later. */
    private boolean giveUp() {
        List<Message> candidates = new ArrayList<>();
        for (Actor actor : schedule.actors()) {
            Message message = actor.waitingFor;
            if (!actor.isOver() && message != null && !message.silenced) {
                candidates.add(message);
            }
        }
        if (candidates.isEmpty()) {
            return false;
        }
        pick(candidates).silenced = true;
        return count("reply lost");
    }

    /** The network holds a message back. */
    private boolean hold() {
        List<Message> candidates = new ArrayList<>();
        for (Server server : schedule.servers) {
            for (Backend backend : server.backends) {
                Message message = backend.inbox.peek();
                if (message != null && message.next == 0) {
                    candidates.add(message);
                }
            }
        }
        if (candidates.isEmpty()) {
            return false;
        }
        pick(candidates).heldUntil = schedule.step() + random.nextInt(300);
        return count("message delayed");
    }

    /** A process hangs, as with SIGSTOP or in a long garbage collection. */
    private boolean stop() {
        List<Actor> living = schedule.actors().stream().filter(a -> !a.isOver()).toList();
        if (living.isEmpty()) {
            return false;
        }
        pick(living).pausedUntil = schedule.step() + random.nextInt(300);
        return count("process paused");
    }

    private boolean terminate() {
        List<Backend> candidates = new ArrayList<>();
        schedule.servers.forEach(s -> candidates.addAll(s.backends));
        if (candidates.isEmpty()) {
            return false;
        }
        pick(candidates).die();
        return count("backend terminated");
    }

    private boolean crash() {
        Server server = pick(schedule.servers);
        if (!server.isUp()) {
            return false;
        }
        server.crash();
        return count("server crashed");
    }

    private boolean failOver() {
        Server server = pick(schedule.servers);
        if (!failovers || !server.standby) {
            return false;
        }
        server.failOver();
        if (schedule.embedded != null) {
            // Another machine has another clock.
            server.clockAhead = Duration.ofMinutes(random.nextInt(5) - 2L)
                    .plusDays(random.nextInt(10) == 0 ? 40 : 0)
                    .toNanos();
        }
        return count("failover");
    }

    /** A standby falls behind. Commits meanwhile wait, or become visible without it. */
    private boolean stall() {
        Server server = pick(schedule.servers);
        if (!server.standby) {
            return false;
        }
        server.stalledUntil = schedule.step() + random.nextInt(200);
        return count("standby stalled");
    }

    private boolean cancel() {
        List<Backend> candidates = new ArrayList<>();
        schedule.servers.forEach(
                s -> s.backends.stream().filter(Backend::isWaiting).forEach(candidates::add));
        if (candidates.isEmpty()) {
            return false;
        }
        pick(candidates).cancelWait(random.nextBoolean());
        return count("wait for the standby cancelled");
    }

    private boolean killActor() {
        List<Actor> living = schedule.actors().stream().filter(a -> !a.isOver()).toList();
        if (living.isEmpty()) {
            return false;
        }
        Actor victim = pick(living);
        schedule.kill(victim);
        if (random.nextBoolean()) {
            schedule.addRecoverer();
        }
        return count("process killed");
    }

    /** A person rolls a prepared branch back by hand. */
    private boolean finishByHand() {
        if (!byHand) {
            return false;
        }
        for (Server server : schedule.servers) {
            for (String gid : server.data.prepared.keySet()) {
                if (server.isUp() && !server.busy.contains(gid) && gid.startsWith("pgxa/1/")) {
                    LogRecord prepared = Objects.requireNonNull(server.data.prepared.get(gid));
                    LogRecord entry =
                            new LogRecord(LogRecord.Kind.ROLLBACK_PREPARED, prepared.xid(), gid, prepared.effects());
                    server.write(entry, true);
                    server.replicate();
                    server.data.apply(entry);
                    Ledger.Entry ended = schedule.ledger.of(gid.split("/")[2]);
                    ended.byHand = true;
                    ended.byHandAfterItsRow |= ended.forgotten;
                    return count("finished by hand");
                }
            }
        }
        return false;
    }

    /** What a transaction manager writes or asks is lost, late, or both, more often than chance would have it. */
    void aim(Actor actor, Message message) {
        int drawn = rate == 0 ? 0 : random.nextInt(60);
        if (drawn == 1 || drawn == 2) {
            message.silenced = true;
            count("reply lost");
        }
        if (drawn == 2 || drawn == 3) {
            message.heldUntil = schedule.step() + random.nextInt(300);
            count("message delayed");
        }
        if (drawn == 4) {
            actor.pausedUntil = schedule.step() + random.nextInt(300);
            count("process paused");
        }
    }

    /** A server comes back with an old disk. */
    private boolean restore() {
        return schedule.restores && schedule.restore(pick(schedule.servers));
    }

    /** An address may lead to another database than before. */
    Server route(Server wanted) {
        if (astray && random.nextInt(5) == 0) {
            count("led astray");
            return pick(schedule.servers);
        }
        return wanted;
    }

    private <T> T pick(List<T> candidates) {
        return candidates.get(random.nextInt(candidates.size()));
    }
}
