package io.github.postgresxa.reliability.peers;

import io.github.postgresxa.reliability.load.Instance;
import io.github.postgresxa.reliability.load.Journal;
import io.github.postgresxa.reliability.load.Stack;
import io.github.postgresxa.test.fault.BrokenSockets;
import io.github.postgresxa.test.fault.SocketMoment;
import jakarta.transaction.HeuristicRollbackException;
import jakarta.transaction.RollbackException;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.Locale;

/**
 * An application on one of the stacks that makes single transactions on demand. A line on standard input is a
 * transaction: words such as {@code west-10} take 10 from account 1 on west, {@code west?} reads it, {@code
 * !west-5000} must fail and the application ignores the failure. From {@code ~west:update_account} on, the driver
 * throws an Error when it reads the answer to the next message to west that contains these words. The answer is one
 * line.
 */
final class PeerMain {

    /** Set where the driver is to break. */
    static final String BREAKS = "peers.breaks";

    private static final BrokenSockets SOCKETS = new BrokenSockets();

    private PeerMain() {}

    /**
     * Runs until standard input ends.
     *
     * @param args an {@link Instance}
     */
    public static void main(String[] args) throws Exception {
        PrintStream out = System.out;
        System.setOut(System.err);
        Journal journal = new Journal(out);
        Instance instance = Instance.parse(args);
        if (Boolean.getBoolean(BREAKS)) {
            instance.nodes()
                    .forEach(n -> System.setProperty("peers.url." + n.name(), "&" + SOCKETS.parameters(n.name())));
        }
        Stack stack = instance.open(journal);
        journal.note("ready");
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        String line = in.readLine();
        while (line != null) {
            journal.note("told", answer(stack, line.split(" ")));
            line = in.readLine();
        }
        Runtime.getRuntime().halt(0);
    }

    private static String answer(Stack stack, String[] steps) {
        try {
            return transaction(stack, steps);
        } catch (Exception | Error e) {
            e.printStackTrace();
            return "nothing (" + e.getClass().getSimpleName() + ")";
        }
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
        } catch (Error e) {
            stack.transaction().rollback();
            return "rolled back (" + e.getClass().getSimpleName() + ")";
        }
        try {
            stack.transaction().commit();
            return "done";
        } catch (RollbackException | HeuristicRollbackException e) {
            return "rolled back (" + e.getClass().getSimpleName() + ")";
        } catch (Exception | Error e) {
            e.printStackTrace();
            return "unknown (" + e.getClass().getSimpleName() + ")";
        }
    }

    private static void breakAt(String[] words) {
        String text = words[1].replace('_', ' ');
        SOCKETS.at(call -> call.message().node().equals(words[0])
                        && call.message().sql().toLowerCase(Locale.ROOT).contains(text))
                .call(1, SocketMoment.AFTER_READ, () -> new StackOverflowError("the driver broke"));
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
        if (step.startsWith("~")) {
            breakAt(step.substring(1).split(":"));
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
