package io.github.postgresxa.reliability.peers;

import io.github.postgresxa.reliability.load.Instance;
import io.github.postgresxa.reliability.load.Journal;
import io.github.postgresxa.reliability.load.Stack;
import jakarta.transaction.HeuristicRollbackException;
import jakarta.transaction.RollbackException;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;

/**
 * An application on one of the stacks that makes single transactions on demand. A line on standard input is a transaction: words such as {@code west-10}
 * take 10 from account 1 on west, {@code west?} reads it, {@code !west-5000} must fail and the application pretends it did not. The answer is one line.
 */
final class PeerMain {

    private PeerMain() {}

    /** @param args an {@link Instance} */
    public static void main(String[] args) throws Exception {
        PrintStream out = System.out;
        System.setOut(System.err);
        Journal journal = new Journal(out);
        Stack stack = Instance.parse(args).open(journal);
        journal.note("ready");
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        String line = in.readLine();
        while (line != null) {
            journal.note("told", transaction(stack, line.split(" ")));
            line = in.readLine();
        }
        Runtime.getRuntime().halt(0);
    }

    private static String transaction(Stack stack, String[] steps) throws Exception {
        stack.transaction().begin();
        try {
            for (String step : steps) {
                step(stack, step);
            }
        } catch (SQLException e) {
            stack.transaction().rollback();
            return "rolled back (" + e.getMessage() + ")";
        }
        try {
            stack.transaction().commit();
            return "done";
        } catch (RollbackException | HeuristicRollbackException e) {
            return "rolled back (" + e.getClass().getSimpleName() + ")";
        } catch (Exception e) {
            return "unknown (" + e.getClass().getSimpleName() + ")";
        }
    }

    private static void step(Stack stack, String step) throws SQLException {
        if (step.startsWith("!")) {
            try {
                step(stack, step.substring(1));
            } catch (SQLException swallowed) {
                System.err.println("swallowed: " + swallowed.getMessage());
            }
            return;
        }
        String node = step.split("[-+?]")[0];
        String amount = step.substring(node.length());
        String sql = amount.equals("?")
                ? "select balance from account where id = 1"
                : "update account set balance = balance + (" + amount + ") where id = 1";
        try (Connection c = stack.dataSource(node).getConnection();
                PreparedStatement s = c.prepareStatement(sql)) {
            s.execute();
        }
    }
}
