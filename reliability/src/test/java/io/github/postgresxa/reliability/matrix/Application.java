package io.github.postgresxa.reliability.matrix;

import io.github.postgresxa.Acknowledge;
import io.github.postgresxa.DecisionSettings;
import io.github.postgresxa.ManagerKind;
import io.github.postgresxa.PostgresXa;
import io.github.postgresxa.reliability.matrix.Transfer.Step;
import io.github.postgresxa.test.fault.BrokenCall;
import io.github.postgresxa.test.fault.BrokenSockets;
import jakarta.transaction.HeuristicMixedException;
import jakarta.transaction.RollbackException;
import jakarta.transaction.Status;
import jakarta.transaction.SystemException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * The application under test, in a separate process. It reads commands from its standard input and answers on its
 * standard output, in lines that begin with {@value #MARK}.
 */
final class Application {

    static final String MARK = "@ ";
    static final String ARMED = "armed";
    static final String BROKE = "broke ";
    static final String SESSIONS = "sessions ";

    private final BrokenSockets sockets = new BrokenSockets();
    private final ExecutorService worker = Executors.newSingleThreadExecutor();
    private List<String> nodes = List.of();
    private volatile @Nullable PostgresXa xa;
    private boolean idTold;

    private Application() {}

    public static void main(String[] arguments) throws IOException {
        Application application = new Application();
        BufferedReader commands = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        String line = commands.readLine();
        while (line != null) {
            application.obey(line);
            line = commands.readLine();
        }
        Runtime.getRuntime().halt(0); // The test has gone.
    }

    private void obey(String line) {
        String[] words = line.split(" ", 2);
        switch (words[0]) {
            case "open" -> worker.execute(() -> open(words[1].split(" ")));
            case "transfer" -> worker.execute(() -> answer(transfer(Transfer.parse(words[1]), Acknowledge.FINISHED)));
            case "early" -> worker.execute(() -> answer(transfer(Transfer.parse(words[1]), Acknowledge.DECIDED)));
            case "local" -> worker.execute(() -> answer(local(Transfer.parse(words[1]), false)));
            case "auto" -> worker.execute(() -> answer(local(Transfer.parse(words[1]), true)));
            case "sessions" -> worker.execute(() -> answer(SESSIONS + new SessionInquiry(xa(), nodes).faults()));
            case "break" -> breakDriver(DriverBreak.parse(words[1])); // While a transfer is in progress.
            case "clear" -> sockets.clear();
            default -> throw new IllegalArgumentException(line);
        }
    }

    private void breakDriver(DriverBreak what) {
        AtomicReference<BrokenCall> broken = new AtomicReference<>();
        broken.set(sockets.at(what::picks).call(what.point().number(), what.moment(), () -> {
            answer(BROKE + broken.get());
            return what.what().get();
        }));
        answer(ARMED);
    }

    private static synchronized void answer(String text) {
        System.out.println(MARK + text);
        System.out.flush();
    }

    /** Name, retention in milliseconds, user, password, then name and URL of each node. */
    private void open(String[] words) {
        PostgresXa before = xa;
        if (before != null) {
            before.close();
        }
        PostgresXa.Builder builder = PostgresXa.builder()
                .transactionManager(ManagerKind.ATOMIKOS)
                .home("first-used")
                .name(words[0])
                .recovery(Pace.RECOVERY)
                .decision(new DecisionSettings("pgxa", true, Duration.ofMillis(Long.parseLong(words[1])), false));
        List<String> names = new ArrayList<>();
        for (int i = 4; i < words.length; i += 2) {
            builder.node(words[i], sockets.way(words[i], words[i + 1]), words[2], words[3]);
            names.add(words[i]);
        }
        nodes = List.copyOf(names);
        xa = builder.build();
        answer("open");
    }

    private PostgresXa xa() {
        PostgresXa open = xa;
        if (open == null) {
            throw new IllegalStateException("not open yet");
        }
        return open;
    }

    /** {@return the reply to the caller} */
    private String transfer(Transfer transfer, Acknowledge when) {
        idTold = false;
        try {
            xa().userTransaction().begin();
            xa().acknowledge(when);
            try {
                int leg = 0;
                for (Step step : transfer.steps()) {
                    take(step, transfer, leg++);
                }
            } catch (SQLException | RuntimeException | Error e) {
                rollback();
                return told(ReportedOutcome.ROLLED_BACK, e);
            }
            xa().userTransaction().commit();
            return told(ReportedOutcome.OK, null);
        } catch (RollbackException e) {
            return told(ReportedOutcome.ROLLED_BACK, e);
        } catch (HeuristicMixedException e) {
            return told(ReportedOutcome.UNKNOWN, e);
        } catch (Exception | Error e) {
            e.printStackTrace();
            return told(ReportedOutcome.NONSENSE, e);
        }
    }

    /** Outside of transactions. */
    private String local(Transfer transfer, boolean autoCommit) {
        ReportedOutcome unlessDone = autoCommit ? ReportedOutcome.UNKNOWN : ReportedOutcome.ROLLED_BACK;
        try (Connection connection =
                        xa().dataSource(transfer.steps().get(0).node()).getConnection();
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(autoCommit);
            int leg = 0;
            for (Step step : transfer.steps()) {
                execute(step, transfer, leg++, statement);
            }
            if (!autoCommit) {
                unlessDone = ReportedOutcome.UNKNOWN;
                connection.commit();
            }
            unlessDone = ReportedOutcome.OK;
        } catch (SQLException | RuntimeException | Error e) {
            return told(unlessDone, e);
        }
        return told(ReportedOutcome.OK, null);
    }

    private static String told(ReportedOutcome told, @Nullable Throwable why) {
        return "told " + told.name() + " " + String.valueOf(why).replaceAll("\\s+", " ");
    }

    private void rollback() throws SystemException {
        if (xa().userTransaction().getStatus() != Status.STATUS_NO_TRANSACTION) {
            xa().userTransaction().rollback();
        }
    }

    private void take(Step step, Transfer transfer, int leg) throws SQLException {
        try (Connection connection = xa().dataSource(step.node()).getConnection()) {
            tellId();
            try (Statement statement = connection.createStatement()) {
                execute(step, transfer, leg, statement);
            }
        }
    }

    private void tellId() {
        if (!idTold) {
            xa().currentTransaction().ifPresent(id -> answer("id " + id));
            idTold = true;
        }
    }

    private static void execute(Step step, Transfer transfer, int leg, Statement statement) throws SQLException {
        switch (step.verb()) {
            case LEG -> statement.executeUpdate("""
                        with row as (
                            insert into ledger (transfer, leg, account, amount) values ('%1$s', %2$d, %3$d, %4$d))
                        update account set balance = balance + %4$d where id = %3$d
                        """.formatted(transfer.id(), leg, step.account(), step.amount()));
            case READ -> statement.executeQuery("select balance from account where id = " + step.account());
            case FAIL -> failUnnoticed(statement);
            case ORPHAN -> statement.executeUpdate("insert into orphan (account) values (-1)");
        }
    }

    private static void failUnnoticed(Statement statement) throws SQLException {
        try {
            statement.execute("select 1 / 0");
        } catch (SQLException e) {
            if (!"22012".equals(e.getSQLState())) {
                throw e; // Not the failure that is expected.
            }
        }
    }
}
