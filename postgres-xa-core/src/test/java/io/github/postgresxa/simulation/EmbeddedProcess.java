package io.github.postgresxa.simulation;

import io.github.postgresxa.Outcome;
import io.github.postgresxa.decision.ManagerLogNode;
import io.github.postgresxa.gid.ManagerIds;
import io.github.postgresxa.gid.ManagerName;
import io.github.postgresxa.gid.ManagerXid;
import io.github.postgresxa.manager.JtaManager;
import io.github.postgresxa.manager.nodelog.Decided;
import io.github.postgresxa.manager.nodelog.NodeLog;
import io.github.postgresxa.manager.nodelog.NodeLogUnderTest;
import io.github.postgresxa.manager.nodelog.Resources;
import io.github.postgresxa.manager.nodelog.UnderWay;
import io.github.postgresxa.prepared.ManagerRecovery;
import io.github.postgresxa.prepared.NodeScan;
import io.github.postgresxa.recovery.RecoveryUnderTest;
import io.github.postgresxa.simulation.EmbeddedManagers.BranchXid;
import io.github.postgresxa.transaction.CommitUnderTest;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import javax.transaction.xa.XAException;
import javax.transaction.xa.XAResource;
import javax.transaction.xa.Xid;
import org.jspecify.annotations.Nullable;

/** A process with an embedded transaction manager, whose log is on a node, and with recovery. */
final class EmbeddedProcess {

    private static final int ATTEMPTS = 3;
    private static final Duration SILENT = Duration.ofSeconds(11);

    /** For so long a process spares what it works on itself. */
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private static final Duration A_MONTH = Duration.ofDays(31);

    private final Schedule schedule;
    private final EmbeddedManagers managers;
    private final ManagerName name;
    private final SplittableRandom random;
    private final RecoveryUnderTest recovery;
    private final int nodes;
    private final List<JtaManager.Task> tasks;
    private final NodeLog log;
    private final Set<String> underWay = new LinkedHashSet<>();
    private boolean busy;
    private @Nullable Actor recovering;

    /** @param known the servers that it knows */
    EmbeddedProcess(
            Schedule schedule,
            EmbeddedManagers managers,
            List<Integer> known,
            boolean knowsBroker,
            Duration grace,
            SplittableRandom random) {
        this.schedule = schedule;
        this.managers = managers;
        this.random = random;
        this.name = managers.newName();
        this.nodes = known.size();
        this.recovery = schedule.recoveryOver(known, grace);
        this.log = NodeLogUnderTest.create(name, transactionsUnderWay(), schedule);
        Broker broker = managers.broker;
        XAResource there = new Recoverable("broker", this, broker::recover, broker::commit, broker::rollback);
        Resources others = new Resources() {
            @Override
            public boolean areThere() {
                return knowsBroker;
            }

            @Override
            public Collection<XAResource> open() {
                return List.of(there);
            }
        };
        this.tasks = NodeLogUnderTest.recovery(log, recoveryOfManagers(grace), others, schedule)
                .tasks();
    }

    private ManagerRecovery recoveryOfManagers(Duration grace) {
        return new ManagerRecovery() {
            @Override
            public NodeScan forManager(Predicate<Xid> ours) {
                NodeScan scan = recovery.resource(ours);
                return new Recoverable(
                        "nodes", EmbeddedProcess.this, scan::recover, xid -> scan.commit(xid, false), scan::rollback);
            }

            @Override
            public List<ManagerLogNode> managerLogNodes() {
                return recovery.managerLogNodes().stream()
                        .map(node -> (ManagerLogNode) new WatchedLogNode(node, EmbeddedProcess.this))
                        .toList();
            }

            @Override
            public boolean listsForManagers() {
                return recovery.listsForManagers();
            }

            @Override
            public boolean isEnabled() {
                return true;
            }

            @Override
            public Duration grace() {
                return grace;
            }
        };
    }

    private UnderWay transactionsUnderWay() {
        return new UnderWay() {
            @Override
            public boolean includes(Xid xid) {
                return underWay.contains(ManagerIds.transaction(xid));
            }

            @Override
            public Set<?> all() {
                return underWay;
            }
        };
    }

    String name() {
        return name.text();
    }

    boolean isRegistered() {
        return log.isRegistered();
    }

    void count(String what) {
        schedule.count(what);
    }

    /** Several threads of a process use the same connections, one after the other. */
    private void alone(Runnable work) {
        while (busy) {
            schedule.pause(Duration.ZERO);
        }
        busy = true;
        try {
            work.run();
        } finally {
            busy = false;
        }
    }

    // ---- recovery

    /** Recovers, in so many rounds and as long as that holds. */
    void recover(int rounds, BooleanSupplier goesOn) {
        recovering = Actor.current();
        for (int round = 0; round < rounds || goesOn.getAsBoolean(); round++) {
            if (schedule.isHealed() && !goesOn.getAsBoolean() && schedule.isClean()) {
                break;
            }
            for (int i = 0; i < nodes; i++) {
                int node = i;
                alone(() -> recovery.pass(node));
            }
            for (JtaManager.Task task : tasks) {
                alone(() -> doIfDue(task));
            }
            if (schedule.isHealed() || random.nextBoolean()) {
                for (int i = 0; i < nodes; i++) {
                    int node = i;
                    alone(() -> recovery.sweep(node));
                }
            }
            alone(() -> schedule.askForOutcomes(recovery, random));
            schedule.pause(untilTheNextRound());
        }
        schedule.hangUp(Actor.current().process());
    }

    private static void doIfDue(JtaManager.Task task) {
        if (task.isDue().getAsBoolean()) {
            task.work().run();
        }
    }

    private Duration untilTheNextRound() {
        int drawn = random.nextInt(8);
        if (drawn == 0 && managers.ages && !schedule.isHealed()) {
            schedule.count("a month passed");
            return A_MONTH;
        }
        if (drawn == 1 && !schedule.isHealed()) {
            return PATIENCE;
        }
        return drawn == 2 || schedule.isHealed() ? SILENT : Duration.ofSeconds(drawn < 5 ? 4 : random.nextInt(2));
    }

    /** Recovery writes down or reads how a transaction ends. */
    void settles(String transaction) {
        long since = schedule.nanos() - managers.of(transaction).preparesSince;
        if (Actor.current() == recovering && underWay.contains(transaction) && since < PATIENCE.toNanos()) {
            throw schedule.broken("UnderWay", "recovery settles " + transaction + ", which its own process works on");
        }
    }

    /** Recovery has ended a branch. */
    void ended(Xid xid, boolean commits) {
        boolean own = managers.of(ManagerIds.transaction(xid)).process == this;
        count((commits ? "committed by " : "rolled back by ") + (own ? "its own process later" : "another process"));
    }

    /** Recovery learns that a branch has ended otherwise. */
    void overruled(Xid xid, boolean commits, boolean committed) {
        if (commits != committed) {
            throw schedule.broken(
                    "FalseAlarm", "%s should be %s, and is not".formatted(xid, commits ? "committed" : "rolled back"));
        }
    }

    // ---- transactions

    /** A transaction begins, before anything is done in it. */
    BranchXid begin(Ledger.Entry entry) {
        BranchXid xid = managers.begin(name, entry);
        entry.managed = true;
        entry.process = this;
        entry.part = managers.broker.begin(brokers(xid));
        underWay.add(ManagerIds.transaction(xid));
        return xid;
    }

    private static ManagerXid brokers(BranchXid xid) {
        return ManagerXid.of(new BranchXid(xid.manager(), xid.transaction(), 2));
    }

    private void register() throws SQLException {
        SQLException[] failure = {null};
        if (!log.isRegistered()) {
            alone(() -> {
                try {
                    log.register();
                } catch (SQLException e) {
                    failure[0] = e;
                }
            });
        }
        if (failure[0] != null) {
            throw failure[0];
        }
    }

    /** The application has given up. */
    void giveUp(CommitUnderTest transaction, BranchXid xid) {
        transaction.rollback();
        endAtBroker(xid, false);
        underWay.remove(ManagerIds.transaction(xid));
    }

    /** The application commits. */
    void end(CommitUnderTest transaction, Ledger.Entry entry, BranchXid xid) {
        String id = ManagerIds.transaction(xid);
        boolean agreed = prepareAll(transaction, entry, xid);
        if (!agreed || random.nextInt(8) == 0) {
            entry.told = Outcome.ROLLED_BACK;
            endAtNodes(transaction, false);
            endAtBroker(xid, false);
        } else {
            carryOut(transaction, entry, xid, log.decide(id), true);
        }
        underWay.remove(id);
    }

    private boolean prepareAll(CommitUnderTest transaction, Ledger.Entry entry, BranchXid xid) {
        entry.preparesSince = schedule.nanos();
        boolean brokerFirst = random.nextBoolean();
        try {
            register();
        } catch (SQLException e) {
            transaction.rollback();
            return false;
        }
        if (brokerFirst && !prepareAtBroker(xid)) {
            transaction.rollback();
            return false;
        }
        Outcome vote = transaction.prepare(ManagerXid.of(xid));
        boolean agreed = transaction.isPrepared() ? transaction.hasAgreed() : vote == Outcome.COMMITTED;
        return agreed && (brokerFirst || prepareAtBroker(xid));
    }

    private boolean prepareAtBroker(BranchXid xid) {
        try {
            managers.broker.prepare(brokers(xid));
            return true;
        } catch (XAException e) {
            return false;
        }
    }

    private void carryOut(
            CommitUnderTest transaction, Ledger.Entry entry, BranchXid xid, Decided decided, boolean again) {
        entry.told = decided.outcome();
        boolean commits = decided.outcome() == Outcome.COMMITTED;
        if (decided.outcome() == Outcome.UNKNOWN) {
            count("manager's decision unknown");
            if (again && random.nextInt(4) == 0) {
                count("decided again");
                carryOut(transaction, entry, xid, log.decide(ManagerIds.transaction(xid)), false);
            }
            return;
        }
        count(commits ? "manager decided to commit" : "manager's decision refused");
        boolean brokerFirst = random.nextBoolean();
        // Where a decision is refused, Atomikos tells the other resource nothing, and recovery does.
        boolean tellsBroker = commits || random.nextBoolean();
        boolean all = !(brokerFirst && tellsBroker) || endAtBroker(xid, commits);
        all &= endAtNodes(transaction, commits);
        all &= brokerFirst || !tellsBroker || endAtBroker(xid, commits);
        if (all && commits) {
            log.ended(ManagerIds.transaction(xid));
        }
    }

    private boolean endAtNodes(CommitUnderTest transaction, boolean commits) {
        Outcome said = commits ? Outcome.COMMITTED : Outcome.ROLLED_BACK;
        for (int i = 0; i < ATTEMPTS && transaction.isPrepared(); i++) {
            Outcome answer = commits ? transaction.commitPrepared() : transaction.rollbackPrepared();
            if (answer == said) {
                return true;
            }
            if (answer != Outcome.UNKNOWN) {
                throw schedule.broken("NoHeuristic", "the manager said %s, and the nodes %s".formatted(said, answer));
            }
        }
        return !transaction.isPrepared();
    }

    private boolean endAtBroker(BranchXid xid, boolean commits) {
        for (int i = 0; i < ATTEMPTS; i++) {
            try {
                if (commits) {
                    managers.broker.commit(brokers(xid));
                } else {
                    managers.broker.rollback(brokers(xid));
                }
                return true;
            } catch (XAException e) {
                if (e.errorCode == XAException.XAER_NOTA) {
                    return true;
                }
            }
        }
        return false;
    }
}
