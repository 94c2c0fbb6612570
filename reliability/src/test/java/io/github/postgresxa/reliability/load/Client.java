package io.github.postgresxa.reliability.load;

import io.github.postgresxa.reliability.load.Transfer.Leg;
import jakarta.transaction.HeuristicRollbackException;
import jakarta.transaction.RollbackException;
import jakarta.transaction.Status;
import jakarta.transaction.SystemException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** One client: it logs what it is about to request, requests it, and logs the reply. */
final class Client implements Runnable {

    /** The reply to a client. */
    enum Answer {
        OK,
        FAIL,
        INFO
    }

    private interface Work {
        void run() throws SQLException;
    }

    private final Stack stack;
    private final Journal journal;
    private final Gate gate;
    private final List<String> nodes;
    private final Workload workload;

    Client(Stack stack, Journal journal, Gate gate, List<String> nodes, Random seeds) {
        this.stack = stack;
        this.journal = journal;
        this.gate = gate;
        this.nodes = nodes.stream().sorted().toList();
        this.workload = new Workload(seeds.nextLong(), nodes);
    }

    @Override
    public void run() {
        while (true) {
            gate.enter();
            try {
                if (workload.nextIsAudit()) {
                    audit();
                } else {
                    transfer(workload.next());
                }
            } finally {
                gate.leave();
            }
        }
    }

    private void transfer(Transfer transfer) {
        Answer answer = attempt(transfer, 1);
        for (int attempt = 2; answer == Answer.INFO && workload.triesAgain() && attempt < 6; attempt++) {
            pause(200); // Like a user who waits a moment and presses the button again.
            answer = attempt(transfer, attempt);
        }
        if (answer != Answer.OK) {
            pause(20); // Refusals are fast while a node is down.
        }
    }

    private Answer attempt(Transfer transfer, int attempt) {
        journal.note("invoke", transfer.id(), attempt, transfer.legsText());
        Told told = inTransaction(() -> {
            touch(transfer.home());
            for (int leg = 0; leg < transfer.legs().size(); leg++) {
                book(transfer, leg);
            }
            stack.transactionId().ifPresent(id -> journal.note("named", transfer.id(), attempt, id));
        });
        journal.note(told.answer.name().toLowerCase(java.util.Locale.ROOT), transfer.id(), attempt, told.reason);
        return told.answer;
    }

    private void touch(String node) throws SQLException {
        try (Connection c = stack.dataSource(node).getConnection();
                Statement s = c.createStatement();
                ResultSet rows = s.executeQuery("select 1")) {
            rows.next();
        }
    }

    private void book(Transfer transfer, int number) throws SQLException {
        Leg leg = transfer.legs().get(number);
        try (Connection c = stack.dataSource(leg.node()).getConnection();
                PreparedStatement balance =
                        c.prepareStatement("update account set balance = balance + ? where id = ?");
                PreparedStatement ledger = c.prepareStatement(
                        "insert into ledger (transfer_id, leg, account, amount) values (?, ?, ?, ?)")) {
            balance.setLong(1, leg.amount());
            balance.setInt(2, leg.account());
            balance.executeUpdate();
            ledger.setObject(1, transfer.id());
            ledger.setInt(2, number);
            ledger.setInt(3, leg.account());
            ledger.setLong(4, leg.amount());
            ledger.executeUpdate();
        }
    }

    /** Locks all accounts of all nodes at one moment. If the transaction commits, that moment existed. */
    private void audit() {
        long[] sum = new long[1];
        Told told = inTransaction(() -> {
            for (String node : nodes) {
                sum[0] += lockAndAdd(node);
            }
            stack.transactionId().ifPresent(id -> journal.note("auditing", id));
        });
        if (told.answer == Answer.OK) {
            journal.note("audit", sum[0]);
        } else {
            journal.note("audit-failed", told.reason);
            pause(20);
        }
    }

    private long lockAndAdd(String node) throws SQLException {
        long sum = 0;
        try (Connection c = stack.dataSource(node).getConnection();
                Statement s = c.createStatement();
                ResultSet rows = s.executeQuery("select balance from account order by id for share")) {
            while (rows.next()) {
                sum += rows.getLong(1);
            }
        }
        return sum;
    }

    private record Told(Answer answer, String reason) {}

    private Told inTransaction(Work work) {
        try {
            stack.transaction().begin();
            work.run();
        } catch (Exception e) {
            leaveTransaction(); // Commit was never called: surely nothing.
            return new Told(Answer.FAIL, reason(e));
        }
        try {
            stack.transaction().commit();
            return new Told(Answer.OK, "");
        } catch (RollbackException | HeuristicRollbackException e) {
            return new Told(Answer.FAIL, reason(e));
        } catch (Exception e) {
            leaveTransaction();
            return new Told(Answer.INFO, reason(e));
        }
    }

    private void leaveTransaction() {
        try {
            if (stack.transaction().getStatus() != Status.STATUS_NO_TRANSACTION) {
                stack.transaction().rollback();
            }
        } catch (SystemException | RuntimeException e) {
            journal.note("rollback-failed", reason(e));
        }
    }

    private static String reason(Throwable e) {
        Throwable root = e;
        while (root.getCause() != null && root.getCause() != root) {
            root = root.getCause();
        }
        return e.getClass().getSimpleName() + ": " + root.getMessage();
    }

    private static void pause(long millis) {
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(millis));
    }
}
