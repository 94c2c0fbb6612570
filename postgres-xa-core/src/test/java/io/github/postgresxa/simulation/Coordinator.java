package io.github.postgresxa.simulation;

import io.agroal.api.transaction.TransactionAware;
import io.github.postgresxa.Outcome;
import io.github.postgresxa.TransactionCharacteristics;
import io.github.postgresxa.TransactionId;
import io.github.postgresxa.branch.Branch;
import io.github.postgresxa.gid.NodeIdentity;
import io.github.postgresxa.node.Node;
import io.github.postgresxa.node.Reply;
import io.github.postgresxa.node.ServerIdentity;
import io.github.postgresxa.node.Session;
import io.github.postgresxa.node.Wire;
import io.github.postgresxa.transaction.CommitUnderTest;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** An application's process: works on some nodes, then commits. */
final class Coordinator implements Runnable {

    private final Schedule schedule;
    private final SplittableRandom random;
    private final List<Branch> branches = new ArrayList<>();
    private List<Node> nodes = List.of();

    Coordinator(Schedule schedule, SplittableRandom random) {
        this.schedule = schedule;
        this.random = random;
    }

    @Override
    public void run() {
        EmbeddedManagers embedded = schedule.embedded;
        if (embedded == null) {
            one(null);
            return;
        }
        List<Integer> all =
                List.of(random.nextInt(3), 0, 1, 2).stream().distinct().toList();
        Duration grace = Duration.ofMillis(random.nextInt(3) * 40L);
        EmbeddedProcess process = new EmbeddedProcess(schedule, embedded, all, true, grace, random.split());
        Actor self = Actor.current();
        int rounds = random.nextInt(3);
        schedule.addThread("recovery", () -> process.recover(rounds, () -> !self.isOver()));
        for (int left = 1 + random.nextInt(2); left > 0; left--) {
            one(process);
        }
    }

    private void one(@Nullable EmbeddedProcess process) {
        TransactionId id = new TransactionId(new UUID(random.nextLong(), random.nextLong()));
        Ledger.Entry entry = schedule.ledger.begin(id.toString());
        CommitUnderTest transaction = schedule.transaction(id, random.nextInt(4) == 0, random.split());
        nodes = schedule.nodesOfOneProcess();
        branches.clear();
        EmbeddedManagers.BranchXid xid = process == null ? null : process.begin(entry);
        try {
            boolean goOn = true;
            for (int node : schedule.someNodes(random)) {
                goOn = goOn && work(transaction, entry, nodes.get(node));
            }
            if (!goOn) {
                giveUp(transaction, process, xid);
            } else if (process != null && xid != null) {
                process.end(transaction, entry, xid);
            } else {
                end(transaction, entry);
            }
        } catch (SQLException e) {
            // A node could not be reached.
            giveUp(transaction, process, xid);
        } finally {
            for (Branch branch : branches) {
                if (transaction.releases(branch)) {
                    branch.session().destroy();
                }
            }
        }
        boolean managed = schedule.manager != null || process != null;
        if (schedule.decided && !schedule.restores && entry.told == Outcome.COMMITTED && !managed) {
            readBack(entry);
        }
    }

    private static void giveUp(
            CommitUnderTest transaction, @Nullable EmbeddedProcess process, EmbeddedManagers.@Nullable BranchXid xid) {
        if (process != null && xid != null) {
            process.giveUp(transaction, xid);
        } else {
            transaction.rollback();
        }
    }

    /** A later transaction of the process reads what it was told is committed. */
    private void readBack(Ledger.Entry entry) {
        for (Branch branch : List.copyOf(branches)) {
            try {
                Branch later = branch(branch.session().node());
                later.gate().begin();
                try {
                    if (isAtItsNode(branch) && isAtItsNode(later)) {
                        later.session().wire().send("begin;\nwork look " + entry.transaction);
                    }
                } finally {
                    later.gate().leave();
                    later.session().destroy();
                }
            } catch (SQLException e) {
                return; // The node cannot be reached.
            }
        }
    }

    private static boolean isAtItsNode(Branch branch) {
        SimulatedWire wire = (SimulatedWire) branch.session().wire();
        return wire.server().name.equals(branch.session().node().name());
    }

    private void end(CommitUnderTest transaction, Ledger.Entry entry) {
        Manager manager = schedule.manager;
        if (manager == null) {
            entry.told = transaction.commit();
        } else {
            manager.end(transaction, entry, random);
        }
    }

    /** {@return whether the application goes on; it may also swallow a failure} */
    private boolean work(CommitUnderTest transaction, Ledger.Entry entry, Node node) throws SQLException {
        Branch branch = branch(node);
        branches.add(branch);
        Wire wire = branch.session().wire();
        Server server = ((SimulatedWire) wire).server();
        transaction.join(branch);
        String how = how();
        if (how.equals("write") || how.equals("defer")) {
            entry.writers.add(server);
        }
        branch.gate().begin();
        try {
            Reply reply = wire.send("begin;\nwork " + how + " " + entry.transaction);
            branch.work().noteExecution();
            SQLException error = reply.error();
            if (error != null) {
                branch.work().noteFailure(error);
                return random.nextInt(3) == 0;
            }
            boolean shows = how.equals("pretend") || (!how.equals("read") && random.nextInt(4) != 0);
            if (shows) {
                branch.work().noteWrite();
            }
            return true;
        } finally {
            branch.gate().leave();
        }
    }

    private static Branch branch(Node node) throws SQLException {
        Wire wire = node.connect();
        Session session = new Session(node, wire);
        // An address may lead elsewhere.
        Server server = ((SimulatedWire) wire).server();
        session.identify(new ServerIdentity(new NodeIdentity(server.identity), server.incarnation(), true, false));
        return new Branch(session, new NoPool(wire), TransactionCharacteristics.DEFAULT);
    }

    /**
     * Mostly a write. Sometimes a read, a failure, a deferred failure, or a statement that claims a write and makes
     * none.
     */
    private String how() {
        int n = random.nextInt(40);
        return n < 30 ? "write" : n < 36 ? "read" : n < 37 ? "fail" : n < 38 ? "defer" : "pretend";
    }

    /** A pool that keeps nothing. */
    private record NoPool(Wire wire) implements TransactionAware {

        @Override
        public void transactionStart() {
            // Begins nothing at the server.
        }

        @Override
        public void transactionBeforeCompletion(boolean successful) {
            // No thread is waiting for it.
        }

        @Override
        public void transactionCommit() {
            throw new UnsupportedOperationException("the pool never commits");
        }

        @Override
        public void transactionRollback() {
            throw new UnsupportedOperationException("the pool never rolls back");
        }

        @Override
        public void transactionEnd() {
            wire.abort();
        }

        @Override
        public void transactionCheckCallback(SQLCallable<Boolean> check) {
            // No handle of the pool is in use.
        }

        @Override
        public Object getConnection() {
            return wire;
        }

        @Override
        public void setFlushOnly() {
            wire.abort();
        }
    }
}
