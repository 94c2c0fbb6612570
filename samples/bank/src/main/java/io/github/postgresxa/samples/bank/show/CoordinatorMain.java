package io.github.postgresxa.samples.bank.show;

import io.github.postgresxa.BranchRole;
import io.github.postgresxa.CommitStep;
import io.github.postgresxa.Outcome;
import io.github.postgresxa.PostgresXa;
import io.github.postgresxa.RecoverySettings;
import io.github.postgresxa.TransactionId;
import io.github.postgresxa.XaListener;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.UUID;

/**
 * A separate application on the bank's nodes, without Spring. It waits for a byte on its standard input, makes one
 * transfer, and prints its progress. The bank starts it to kill it.
 */
public final class CoordinatorMain {

    private static final int ACCOUNT = 10;
    private static final int AMOUNT = 7;

    private CoordinatorMain() {}

    /**
     * Makes the transfer.
     *
     * @param arguments its name, and for each node name, URL, username and password
     * @throws Exception if it cannot do its work
     */
    public static void main(String[] arguments) throws Exception {
        var settings = PostgresXa.builder()
                .name(arguments[0])
                .home("first-used")
                .recovery(new RecoverySettings(false, Duration.ofSeconds(1), Duration.ofSeconds(5)))
                .listener(new Printer());
        for (int i = 1; i < arguments.length; i += 4) {
            settings.node(arguments[i], arguments[i + 1], arguments[i + 2], arguments[i + 3]);
        }
        try (var xa = settings.build()) {
            if (isCalled()) {
                transfer(xa);
            }
        }
    }

    private static boolean isCalled() throws IOException {
        System.out.println("ready");
        return System.in.read() >= 0;
    }

    private static void transfer(PostgresXa xa) throws Exception {
        var id = UUID.randomUUID();
        xa.userTransaction().begin();
        try {
            post(xa, "east", id, 1, -AMOUNT);
            post(xa, "west", id, 2, AMOUNT);
        } catch (SQLException e) {
            xa.userTransaction().rollback();
            throw e;
        }
        xa.userTransaction().commit();
    }

    private static void post(PostgresXa xa, String node, UUID transfer, int leg, long amount) throws SQLException {
        try (var connection = xa.dataSource(node).getConnection();
                var ledger = connection.prepareStatement("insert into ledger values (?, ?, ?, ?)");
                var account =
                        connection.prepareStatement("update account set balance = balance + ? where id = " + ACCOUNT)) {
            ledger.setObject(1, transfer);
            ledger.setInt(2, leg);
            ledger.setInt(3, ACCOUNT);
            ledger.setLong(4, amount);
            ledger.executeUpdate();
            account.setLong(1, amount);
            account.executeUpdate();
        }
    }

    /** Prints one line per step, which {@link CoordinatorCrash} reads. */
    private static final class Printer implements XaListener {

        @Override
        public void began(TransactionId id) {
            print("began", id, "-", "-");
        }

        @Override
        public void roleAssigned(TransactionId id, String node, BranchRole role) {
            print("cast", id, node, role);
        }

        @Override
        public void stepBegins(TransactionId id, CommitStep step, String node) {
            print("begins", id, node, step);
        }

        @Override
        public void stepEnded(TransactionId id, CommitStep step, String node, boolean done) {
            print(done ? "ended" : "failed", id, node, step);
        }

        @Override
        public void finished(TransactionId id, Outcome outcome, int branches, int prepared, Duration commitTime) {
            print("finished", id, "-", outcome);
        }

        private static void print(String what, TransactionId id, String node, Object detail) {
            System.out.println("step %s %s %s %s".formatted(what, id, node, detail));
        }
    }
}
