package io.github.postgresxa.simulation;

import io.agroal.api.transaction.TransactionAware;
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
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.UUID;

/** An application's process: works on some nodes, then commits. */
final class Coordinator implements Runnable {

    private final Schedule schedule;
    private final SplittableRandom random;
    private final List<Wire> wires = new ArrayList<>();

    Coordinator(Schedule schedule, SplittableRandom random) {
        this.schedule = schedule;
        this.random = random;
    }

    @Override
    public void run() {
        TransactionId id = new TransactionId(new UUID(random.nextLong(), random.nextLong()));
        Ledger.Entry entry = schedule.ledger.begin(id.toString());
        CommitUnderTest transaction = schedule.transaction(id, random.nextInt(4) == 0, random.split());
        try {
            boolean goOn = true;
            for (int node : schedule.someNodes(random)) {
                goOn = goOn && work(transaction, entry, schedule.nodes.get(node));
            }
            if (goOn) {
                end(transaction, entry);
            } else {
                transaction.rollback();
            }
        } catch (SQLException e) {
            // A node could not be reached, so the application gave up.
            transaction.rollback();
        } finally {
            for (Wire wire : wires) {
                wire.abort();
            }
        }
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
        Wire wire = node.connect();
        wires.add(wire);
        Session session = new Session(node, wire);
        // An address may lead elsewhere.
        Server server = ((SimulatedWire) wire).server();
        session.identify(new ServerIdentity(new NodeIdentity(server.identity), server.incarnation(), true, false));
        Branch branch = new Branch(session, new NoPool(wire), TransactionCharacteristics.DEFAULT);
        transaction.join(branch);
        String how = how();
        if (how.equals("write") || how.equals("defer")) {
            entry.writers.add(server);
        }
        branch.gate().enter();
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
