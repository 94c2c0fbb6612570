package io.github.postgresxa.simulation;

import io.github.postgresxa.Acknowledge;
import io.github.postgresxa.NodeSettings;
import io.github.postgresxa.Outcome;
import io.github.postgresxa.TransactionId;
import io.github.postgresxa.decision.DecisionLog;
import io.github.postgresxa.node.MonotonicClock;
import io.github.postgresxa.node.Node;
import io.github.postgresxa.node.ReadYourWrites;
import io.github.postgresxa.node.Wire;
import io.github.postgresxa.recovery.RecoveryUnderTest;
import io.github.postgresxa.transaction.CommitUnderTest;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.Semaphore;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * One run: some transactions and some recoverers over two or three servers, in an order that the seed determines.
 * At first anything may go wrong. Then everything heals, and all that is left must be settled.
 */
final class Schedule implements MonotonicClock {

    static final int NODES = 3;

    private static final int FIRST_PHASE = 400;

    /** Servers delete what they are told, whatever its age. But no transaction runs for too long to be waited for. */
    private static final Duration LONG = Duration.ofDays(100);

    private static final int FIRST_PHASE_WITH_RECOVERY = 800;
    private static final boolean ONLY_EMBEDDED = Boolean.getBoolean("simulation.embedded");
    private static final int LIMIT = 20_000;

    /** The driver parses their URLs, so they are made once. */
    private static final List<NodeSettings> SETTINGS = IntStream.range(0, NODES)
            .mapToObj(i -> new NodeSettings("n" + i, "jdbc:postgresql://n" + i + "/bank", null, null))
            .toList();

    /** How long statements wait for what their process has acknowledged. */
    private static final Duration AWAITED = Duration.ofSeconds(1);

    final List<Server> servers = new ArrayList<>();
    final List<Node> nodes = new ArrayList<>();
    final Ledger ledger;
    final DecisionLog decisions = new DecisionLog("pgxa", "simulation");
    final Map<String, Integer> fired = new HashMap<>();

    private final SplittableRandom random;
    private final Executor threads;
    private final Faults faults;
    private final List<Actor> actors = new ArrayList<>();

    /** What may happen at this step. */
    private final List<Object> candidates = new ArrayList<>();

    private final Map<Actor, List<SimulatedWire>> wires = new HashMap<>();
    private final List<String> story = new ArrayList<>();
    private final boolean telling;
    private final Semaphore own = new Semaphore(0);
    private final boolean sluggish;
    final boolean restores;

    /** Commits are acknowledged when they are decided. */
    final boolean decided;

    /** The manager decides, in a schedule with another resource. */
    final @Nullable Manager manager;

    /** The managers decide, and their decisions are on nodes. */
    final @Nullable EmbeddedManagers embedded;

    /** Somebody takes the manager for lost. */
    private final boolean operator;

    /** Chooses the servers that a process knows in which the manager recovers; null if each knows all. */
    private final @Nullable SplittableRandom some;

    private int step;
    private long clock;
    private boolean healed;
    private int left;
    private boolean unwinding;
    private @Nullable RuntimeException failure;

    /** @param telling whether the events are written down */
    Schedule(long seed, Executor threads, boolean telling) {
        this.telling = telling;
        this.random = new SplittableRandom(seed);
        this.threads = threads;
        boolean standbys = random.nextInt(3) == 0;
        boolean lazy = random.nextInt(6) == 0;
        for (int i = 0; i < NODES; i++) {
            NodeSettings settings = SETTINGS.get(i);
            Server server = new Server(settings.name(), "00000000000000a" + i, standbys, lazy, this::nanos);
            servers.add(server);
            nodes.add(new Node(settings, "simulation", (node, username, password) -> dial(server)));
        }
        this.sluggish = random.nextBoolean();
        this.restores = random.nextInt(8) == 0;
        this.faults = new Faults(this, random.split());
        this.decided = new SplittableRandom(seed ^ 0xACCL).nextInt(4) == 0;
        this.manager =
                !restores && !ONLY_EMBEDDED && new SplittableRandom(~seed).nextInt(4) == 0 ? new Manager() : null;
        SplittableRandom another = new SplittableRandom(seed ^ 0xE3BEDL);
        boolean embeds = !restores && manager == null && (another.nextInt(32) == 0 || ONLY_EMBEDDED);
        this.embedded = embeds ? new EmbeddedManagers(this, another) : null;
        this.ledger = new Ledger(servers, embedded);
        this.operator = manager != null && new SplittableRandom(seed ^ 0x0FDL).nextInt(3) == 0;
        SplittableRandom partial = new SplittableRandom(seed ^ 0x50E3L);
        this.some = manager != null && partial.nextInt(3) == 0 ? partial : null;
    }

    void run() {
        try {
            int coordinators = 1 + random.nextInt(3);
            for (int i = 0; i < coordinators; i++) {
                actors.add(new Actor("coordinator " + i, this, threads, new Coordinator(this, random.split())));
            }
            int recoverers = random.nextInt(3);
            for (int i = 0; i < recoverers; i++) {
                addRecoverer();
            }
            if (operator) {
                actors.add(new Actor("operator", this, threads, new Operator(this, random.split())));
            }
            phase(embedded == null ? FIRST_PHASE : FIRST_PHASE_WITH_RECOVERY);
            healed = true;
            phase(LIMIT);
            if (restores) {
                restoreOne();
            }
            SplittableRandom own = random.split();
            if (embedded == null) {
                add("healer", () -> recover(own, Duration.ZERO, 6));
            } else {
                List<Integer> all = List.of(0, 1, 2);
                EmbeddedProcess process = new EmbeddedProcess(this, embedded, all, true, Duration.ZERO, own);
                add("healer", () -> process.recover(12, () -> false));
            }
            phase(LIMIT);
            servers.forEach(s -> fired.merge("xid assigned again", s.reassigned, Integer::sum));
            fired.merge("with another resource", manager == null ? 0 : 1, Integer::sum);
            fired.merge("with an embedded manager", embedded == null ? 0 : 1, Integer::sum);
            fired.merge("acknowledged when decided", decided ? 1 : 0, Integer::sum);
            fired.merge("own write read", ledger.ownWritesRead(), Integer::sum);
            ledger.check();
        } finally {
            unwind();
        }
    }

    /** All is carried out and, sometimes, forgotten. Then one server comes back with an old disk. */
    private void restoreOne() {
        SplittableRandom own = random.split();
        int rounds = own.nextInt(4);
        actors.add(new Actor("forgetter", this, threads, () -> recover(own, Duration.ZERO, rounds)));
        phase(LIMIT);
        restore(servers.get(random.nextInt(NODES)));
    }

    /** {@return whether a finished branch came back} */
    boolean restore(Server server) {
        Set<String> again = server.isUp() ? server.goBack() : Set.of();
        for (String gid : again) {
            String transaction = gid.split("/")[2];
            ledger.of(transaction).returned.add(server);
            fired.merge(ledger.of(transaction).forgotten ? "restored and forgotten" : "restored", 1, Integer::sum);
            tell(() -> "!! restored: " + gid);
        }
        return !again.isEmpty();
    }

    /** Goes on until everything is done or the steps are used up. Then the schedule's own thread continues. */
    private void phase(int steps) {
        left = steps;
        goOn(null);
        RuntimeException e = failure;
        if (e == null && left <= 0 && healed) {
            e = new Violation("Resolved", "it does not come to an end: " + actors);
        }
        if (e != null) {
            throw e;
        }
    }

    /**
     * Lets things happen, on the waiting thread, until it is an actor's turn.
     *
     * @param waiting the waiting actor; null for the schedule's own thread, which waits for the end of the phase
     * @return true if it is the waiting actor's turn; else another actor goes on, on another thread
     */
    boolean goOn(@Nullable Actor waiting) {
        if (unwinding) {
            own.release();
            return false;
        }
        Actor next = null;
        try {
            while (next == null && left > 0 && failure == null && !allDone()) {
                left--;
                if (healed || !faults.strike()) {
                    next = move();
                }
            }
        } catch (RuntimeException e) {
            fail(e);
        }
        if (next != null && next == waiting) {
            return true;
        }
        if (next != null) {
            next.resume();
        } else if (waiting != null) {
            own.release();
        }
        if (waiting == null && next != null) {
            own.acquireUninterruptibly();
        }
        return false;
    }

    void fail(RuntimeException e) {
        if (failure == null) {
            failure = e;
        }
    }

    /** Ends the threads of all unfinished actors, one after the other. One that ends may leave work to a new one. */
    private void unwind() {
        unwinding = true;
        for (int i = 0; i < actors.size(); i++) {
            Actor actor = actors.get(i);
            if (!actor.isFinished()) {
                actor.kill();
                actor.resume();
                own.acquireUninterruptibly();
            }
        }
    }

    void addRecoverer() {
        SplittableRandom own = random.split();
        Duration grace = Duration.ofMillis(own.nextInt(3) * 40L);
        EmbeddedManagers others = embedded;
        if (others == null) {
            add("recoverer", () -> recover(own, grace, 1 + own.nextInt(5)));
            return;
        }
        // Not every process knows all.
        List<Integer> known = own.nextInt(3) == 0 ? notAll(someNodes(own)) : List.of(1, 2, 0);
        EmbeddedProcess process = new EmbeddedProcess(this, others, known, own.nextInt(4) != 0, grace, own);
        add("recoverer", () -> process.recover(2 + own.nextInt(6), () -> false));
    }

    void add(String name, Runnable body) {
        actors.add(new Actor(name, this, threads, body));
    }

    /** Adds a thread to the process of the present one. */
    void addThread(String name, Runnable body) {
        Actor process = Actor.current().process();
        actors.add(new Actor(name + " of " + process, this, threads, process, body));
    }

    RecoveryUnderTest recoveryOver(List<Integer> known, Duration grace) {
        return new RecoveryUnderTest(known.stream().map(nodes::get).toList(), decisions, LONG, grace, this, ledger);
    }

    /** A process closes its connections. */
    void hangUp(Actor process) {
        for (Actor thread : List.copyOf(actors)) {
            if (thread.process() == process) {
                wires.getOrDefault(thread, List.of()).forEach(SimulatedWire::abort);
            }
        }
    }

    void count(String what) {
        fired.merge(what, 1, Integer::sum);
        tell(() -> "** " + what);
    }

    boolean isHealed() {
        return healed;
    }

    /** {@return the violation, for code under test that catches whatever is thrown} */
    Violation broken(String invariant, String what) {
        Violation violation = new Violation(invariant, what);
        fail(violation);
        return violation;
    }

    private void recover(SplittableRandom own, Duration grace, int rounds) {
        RecoveryUnderTest recovery = new RecoveryUnderTest(nodes, decisions, grace, this, ledger);
        RecoveryUnderTest managers = some == null
                ? recovery
                : new RecoveryUnderTest(
                        notAll(someNodes(some)).stream().map(nodes::get).toList(), decisions, grace, this, ledger);
        for (int round = 0; round < rounds && !(healed && isClean()); round++) {
            int first = own.nextInt(NODES);
            if (own.nextInt(4) == 0) {
                // The janitor may be the first that meets what has happened to a server.
                recovery.sweep(first);
            }
            for (int i = 0; i < NODES; i++) {
                recovery.pass((first + i) % NODES);
            }
            if (manager != null && !healed) {
                boolean refused = manager.recover(managers::resource);
                fired.merge("manager without a node", refused ? 1 : 0, Integer::sum);
            } else if (manager != null) {
                manager.recover(recovery::resource);
            }
            if (healed || own.nextBoolean()) {
                for (int i = 0; i < NODES; i++) {
                    recovery.sweep((first + i) % NODES);
                }
            }
            askForOutcomes(recovery, own);
            pause(Duration.ofSeconds(healed ? 2 : own.nextInt(2)));
        }
        wires.getOrDefault(Actor.current(), List.of()).forEach(SimulatedWire::abort);
    }

    private static List<Integer> notAll(List<Integer> some) {
        return some.subList(0, Math.min(some.size(), NODES - 1));
    }

    /** A caller wants to know how transactions ended. */
    void askForOutcomes(RecoveryUnderTest recovery, SplittableRandom own) {
        for (String transaction : ledger.transactions()) {
            if (own.nextInt(3) == 0) {
                boolean forgotten = ledger.of(transaction).forgotten;
                Outcome outcome = recovery.outcome(TransactionId.parse(transaction));
                if (!forgotten) {
                    ledger.of(transaction).answers.add(outcome);
                }
            }
        }
    }

    boolean isClean() {
        return (embedded == null || embedded.isClean())
                && servers.stream().allMatch(s -> s.data.prepared.isEmpty() && s.data.decisions.isEmpty());
    }

    private boolean allDone() {
        // Asked at each step: a stream would take a twentieth of a schedule's time.
        for (Actor actor : actors) {
            if (!actor.isOver()) {
                return false;
            }
        }
        for (Server server : servers) {
            if (!server.backends.isEmpty() || !server.isUp()) {
                return false;
            }
        }
        return true;
    }

    /** One of the possible events happens. {@return the actor whose turn it is, if it is one's} */
    private @Nullable Actor move() {
        step++;
        clock += Duration.ofMillis(1 + random.nextInt(10)).toNanos();
        candidates.clear();
        for (Actor actor : actors) {
            if (actor.canRun() && (healed || actor.pausedUntil <= step)) {
                candidates.add(actor);
            }
        }
        for (Server server : servers) {
            for (Backend backend : server.backends) {
                Message message = backend.inbox.peek();
                if (message != null && (healed || message.heldUntil <= step)) {
                    candidates.add(backend);
                }
            }
            boolean ready = server.stalledUntil <= step && (!sluggish || random.nextInt(20) == 0);
            boolean replicates = server.canReplicate() && (healed || ready);
            if (!server.isUp() || replicates || server.canFlush()) {
                candidates.add(server);
            }
        }
        while (!candidates.isEmpty()) {
            Object next = candidates.remove(random.nextInt(candidates.size()));
            String before = telling ? next.toString() : "";
            if (next instanceof Actor actor) {
                tell(actor::toString);
                return actor;
            }
            if (next instanceof Backend backend && (backend.step() || timeOut(backend))) {
                tell(() -> "  " + before + " -> " + backend);
                return null;
            }
            if (next instanceof Server server) {
                progress(server);
                tell(() -> "  " + server + " goes on");
                return null;
            }
        }
        if (healed) {
            throw new Violation("Resolved", "nothing moves any more: " + actors);
        }
        return null;
    }

    private boolean timeOut(Backend backend) {
        return random.nextInt(4) == 0 && backend.timeOutLock();
    }

    private static void progress(Server server) {
        if (!server.isUp()) {
            server.restart();
        } else if (server.canReplicate()) {
            server.replicate();
        } else {
            server.flush();
        }
    }

    private Wire dial(Server wanted) throws SQLException {
        Actor actor = Actor.current();
        actor.pause();
        Server server = healed ? wanted : faults.route(wanted);
        if (!server.isUp()) {
            throw new SQLException("connection refused by " + server, "08001");
        }
        SimulatedWire wire = new SimulatedWire(new Backend(server, ledger));
        wires.computeIfAbsent(actor, a -> new ArrayList<>()).add(wire);
        return wire;
    }

    /** A message is on its way. */
    void sends(Actor actor, Message message) {
        if (embedded != null && !healed && message.sql.contains("pgxa.manager")) {
            faults.aim(actor, message);
        }
    }

    /** Writes down what happened, if the story is wanted. */
    void tell(Supplier<String> event) {
        if (telling) {
            story.add(event.get());
        }
    }

    List<String> story() {
        return story;
    }

    int step() {
        return step;
    }

    List<Actor> actors() {
        return actors;
    }

    void kill(Actor actor) {
        for (Actor thread : actors) {
            if (thread.process() == actor.process()) {
                thread.kill();
                wires.getOrDefault(thread, List.of()).forEach(SimulatedWire::abort);
            }
        }
    }

    /** {@return a transaction whose home is any of its writers} */
    CommitUnderTest transaction(TransactionId id, boolean singleWriterDecides, SplittableRandom own) {
        Actor process = Actor.current();
        return new CommitUnderTest(
                id,
                decisions,
                Duration.ofMillis(500),
                this,
                singleWriterDecides,
                decided ? Acknowledge.DECIDED : Acknowledge.FINISHED,
                task -> actors.add(new Actor("background of " + process, this, threads, process, task)),
                ledger,
                own::nextInt);
    }

    /** {@return the nodes as one process knows them, which alone has acknowledged what it waits for} */
    List<Node> nodesOfOneProcess() {
        return nodes.stream()
                .map(n -> new Node(
                        n.settings(),
                        n.application(),
                        n.connector(),
                        new ReadYourWrites(
                                AWAITED,
                                this,
                                id -> ledger.of(id.toString()).notAwaited.add(n.name()))))
                .toList();
    }

    /** Another thread has its turn; time goes on with what happens. */
    @Override
    public void await(CompletableFuture<?> event, Duration limit) {
        Actor.current().pause();
    }

    /** {@return one to three nodes, in any order} */
    List<Integer> someNodes(SplittableRandom own) {
        int count = own.nextInt(8) == 0 ? 1 : 2 + own.nextInt(NODES - 1);
        int first = own.nextInt(NODES);
        int direction = own.nextBoolean() ? 1 : NODES - 1;
        List<Integer> some = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            some.add((first + i * direction) % NODES);
        }
        return some;
    }

    @Override
    public long nanos() {
        return clock;
    }

    @Override
    public boolean pause(Duration length) {
        Actor.current().pause();
        clock += length.toNanos();
        return true;
    }
}
