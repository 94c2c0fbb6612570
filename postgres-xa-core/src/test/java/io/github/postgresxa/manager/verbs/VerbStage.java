package io.github.postgresxa.manager.verbs;

import io.github.postgresxa.manager.verbs.Branches.State;
import io.github.postgresxa.manager.verbs.Fault.Extra;
import io.github.postgresxa.support.Bank;
import io.github.postgresxa.test.PostgresNode;
import jakarta.transaction.HeuristicRollbackException;
import jakarta.transaction.RollbackException;
import jakarta.transaction.Status;
import jakarta.transaction.Transaction;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.transaction.xa.XAException;
import javax.transaction.xa.XAResource;
import org.jspecify.annotations.Nullable;

/** Plays scenarios, each with an account of its own on each node, and compares what is left. */
final class VerbStage {

    private static final int FIRST = 10;
    private static final Duration LONGEST = Duration.ofSeconds(60);
    private static final int LONG_SECONDS = 40;
    private static final int SHORT_SECONDS = 1;

    private final Bank bank;
    private final ResourceManager other;
    private final boolean repliesEarly;
    private final PostgresNode east;
    private final PostgresNode west;
    private ExecutorService thread = thread();
    private Set<Integer> changedInEast = Set.of();
    private Set<Integer> changedInWest = Set.of();
    private int account = FIRST;

    /** What the application knows. */
    enum Told {
        COMMITTED,
        ROLLED_BACK,
        UNKNOWN
    }

    /**
     * How a scenario ended for the application.
     *
     * @param account its account, and the number of its branch
     * @param failure what it received; null for nothing
     * @param notes what else is wrong
     */
    record Ending(
            Scenario scenario,
            int account,
            Told told,
            @Nullable Throwable failure,
            List<String> notes) {}

    /**
     * Sets the stage.
     *
     * @param repliesEarly whether the manager's commit returns before each resource has answered its own
     */
    VerbStage(Bank bank, ResourceManager other, boolean repliesEarly, PostgresNode east, PostgresNode west) {
        this.bank = bank;
        this.other = other;
        this.repliesEarly = repliesEarly;
        this.east = east;
        this.west = west;
    }

    /** Creates the accounts. */
    void create(int scenarios) {
        for (PostgresNode node : List.of(east, west)) {
            node.execute("delete from account where id < 0 or id > 9");
            node.execute("insert into account select g, 1000 from generate_series(%d, %d) g"
                    .formatted(FIRST, FIRST + scenarios));
        }
    }

    /** Reads the accounts, once for all that are asked next. */
    void read() {
        changedInEast = changed(east);
        changedInWest = changed(west);
    }

    private static Set<Integer> changed(PostgresNode node) {
        String all = node.queryForString(
                "select coalesce(string_agg(id::text, ','), '') from account where id > 9 and balance <> 1000");
        return Stream.of(all.split(","))
                .filter(id -> !id.isEmpty())
                .map(Integer::valueOf)
                .collect(Collectors.toSet());
    }

    private static ExecutorService thread() {
        return Executors.newSingleThreadExecutor(task -> {
            Thread thread = new Thread(task, "application");
            thread.setDaemon(true);
            return thread;
        });
    }

    Ending play(Scenario scenario) throws Exception {
        account++;
        String owner = String.valueOf(account);
        plan(owner, scenario);
        int row = account;
        Future<Ending> ending = thread.submit(() -> play(scenario, row, owner));
        try {
            return ending.get(LONGEST.toSeconds(), TimeUnit.SECONDS);
        } catch (TimeoutException e) {
            thread.shutdownNow();
            thread = thread();
            return new Ending(scenario, row, Told.UNKNOWN, e, List.of("the application's thread hangs"));
        } finally {
            other.heal(owner);
            again(owner, scenario);
        }
    }

    private void plan(String owner, Scenario scenario) {
        if (scenario.verb() == Verb.RECOVER) {
            other.fails(owner, Verb.COMMIT, Fault.code("XAER_RMFAIL", XAException.XAER_RMFAIL, Fault.Effect.NOT_DONE));
        }
        if (scenario.verb() == Verb.FORGET) {
            other.fails(
                    owner,
                    Verb.COMMIT,
                    Fault.code("XA_HEURRB", XAException.XA_HEURRB, Fault.Effect.ROLLS_BACK)
                            .once());
        }
        other.fails(owner, scenario.verb(), scenario.fault());
    }

    /** It also fails while the manager recovers, at first. */
    private void again(String owner, Scenario scenario) {
        if (scenario.verb() == Verb.RECOVER || scenario.verb() == Verb.FORGET) {
            other.fails(owner, scenario.verb(), scenario.fault().once());
        }
    }

    private Ending play(Scenario scenario, int row, String owner) {
        List<String> notes = new ArrayList<>();
        Told told = Told.UNKNOWN;
        Throwable failure = null;
        boolean ended = false;
        try {
            begin(scenario.fault().extra() == Extra.SLOW ? SHORT_SECONDS : LONG_SECONDS);
            work(scenario, row, other.resource(owner));
            ended = true;
            if (scenario.play() == Play.ROLLBACK) {
                bank.transaction().rollback();
                told = Told.ROLLED_BACK;
            } else {
                bank.transaction().commit();
                told = Told.COMMITTED;
            }
        } catch (RollbackException | HeuristicRollbackException e) {
            failure = e;
            told = Told.ROLLED_BACK;
        } catch (Throwable e) {
            failure = e;
        }
        if (!ended) {
            told = rolledBack(notes);
        }
        Thread.interrupted();
        free(notes);
        next(notes, row);
        return new Ending(scenario, row, told, failure, notes);
    }

    private void begin(int seconds) throws Exception {
        bank.transaction().setTransactionTimeout(seconds);
        bank.transaction().begin();
        bank.transaction().setTransactionTimeout(0);
    }

    private void work(Scenario scenario, int row, XAResource resource) throws Exception {
        if (scenario.before()) {
            enlist(resource);
        }
        if (scenario.play() != Play.ALONE) {
            use("east", scenario.play().writes() ? -10 : 0, row);
            use("west", scenario.play().writes() ? 10 : 0, row);
        }
        if (scenario.play() == Play.REFUSED) {
            bank.execute("west", "notify news");
        }
        if (!scenario.before()) {
            enlist(resource);
        }
    }

    private void use(String node, long amount, int row) throws Exception {
        bank.execute(
                node,
                amount == 0
                        ? "select balance from account where id = " + row
                        : "update account set balance = balance + %d where id = %d".formatted(amount, row));
    }

    private void enlist(XAResource resource) throws Exception {
        Transaction current =
                Objects.requireNonNull(bank.xa.transactionManager().getTransaction());
        if (!current.enlistResource(resource)) {
            throw new IllegalStateException("the manager does not enlist it");
        }
    }

    private Told rolledBack(List<String> notes) {
        try {
            bank.transaction().rollback();
            return Told.ROLLED_BACK;
        } catch (Exception | Error e) {
            notes.add("rollback after a failure of the work: " + e);
            return Told.UNKNOWN;
        }
    }

    private void free(List<String> notes) {
        try {
            if (bank.transaction().getStatus() != Status.STATUS_NO_TRANSACTION
                    || bank.xa.transactionManager().getTransaction() != null) {
                notes.add("the thread is not free: status " + bank.transaction().getStatus());
                bank.xa.transactionManager().suspend();
            }
        } catch (Exception | Error e) {
            notes.add("the thread is not free: " + e);
        }
    }

    /** The next transaction of the thread, with the same resource in good health. */
    private void next(List<String> notes, int row) {
        try {
            begin(LONG_SECONDS);
            use("east", 0, row);
            enlist(other.resource("next-of-" + row));
            bank.execute("west", "insert into account values (%d, 1)".formatted(-row));
            bank.transaction().commit();
        } catch (Exception | Error e) {
            notes.add("the next transaction fails: " + e);
            free(new ArrayList<>());
        }
    }

    /** {@return what is still prepared, locked or open} */
    List<String> left() {
        List<String> left = new ArrayList<>();
        for (PostgresNode node : List.of(east, west)) {
            node.preparedTransactions().forEach(p -> left.add("prepared on " + node.name() + ": " + p.gid()));
            long locks = node.queryForLong("select count(distinct pid) from pg_locks"
                    + " where locktype = 'relation' and relation = 'account'::regclass and pid is not null");
            if (locks > 0) {
                left.add("locked on " + node.name() + " by " + locks);
            }
        }
        other.branches().all().forEach((branch, state) -> {
            if (state == State.PREPARED) {
                left.add("prepared in the resource: " + other.branches().owner(branch));
            }
        });
        if (bank.xa.activeTransactionCount() > 0) {
            left.add(bank.xa.activeTransactionCount() + " transactions are under way");
        }
        return left;
    }

    /** Removes what is left, for the next ones. */
    void clear() {
        for (PostgresNode node : List.of(east, west)) {
            node.preparedTransactions().forEach(p -> node.execute("rollback prepared '%s'".formatted(p.gid())));
        }
        other.branches().clear();
    }

    private @Nullable State end(Ending ending) {
        return other.branches().of(String.valueOf(ending.account()));
    }

    private List<Boolean> changed(Ending ending) {
        return List.of(changedInEast.contains(ending.account()), changedInWest.contains(ending.account()));
    }

    String line(Ending ending) {
        Throwable failure = ending.failure();
        return "%s -> told %s%s, nodes %s, resource %s%s%s"
                .formatted(
                        ending.scenario().name(),
                        ending.told(),
                        failure == null ? "" : " (" + failure.getClass().getSimpleName() + ")",
                        changed(ending).stream()
                                .map(c -> c ? "changed" : "as before")
                                .collect(Collectors.joining("/")),
                        end(ending),
                        ending.scenario().isLie() ? ", which lies" : "",
                        ending.notes().isEmpty() ? "" : " " + ending.notes());
    }

    /** {@return what is wrong} */
    List<String> problems(Ending ending) {
        List<String> problems = new ArrayList<>(ending.notes());
        List<Boolean> nodes = changed(ending);
        boolean changed = nodes.contains(true);
        State end = end(ending);
        boolean committed = end == State.COMMITTED || end == State.HEURISTICALLY_COMMITTED;
        boolean mixed = end == State.HEURISTICALLY_MIXED;
        Scenario scenario = ending.scenario();
        if (changed && nodes.contains(false)) {
            problems.add("the nodes do not agree");
        }
        if (scenario.play().writes()) {
            if (ending.told() == Told.COMMITTED && !changed) {
                problems.add("told committed, and the nodes have nothing of it");
            }
            if (ending.told() == Told.ROLLED_BACK && changed) {
                problems.add("told rolled back, and the nodes have it");
            }
        }
        if (!scenario.isLie()) {
            boolean later = repliesEarly && scenario.endsUnheard() && end == State.HEURISTICALLY_ROLLED_BACK;
            if (ending.told() == Told.COMMITTED && !committed && end != State.READ_ONLY && !later) {
                problems.add("told committed, and the resource has not committed");
            }
            if (ending.told() == Told.ROLLED_BACK && (committed || mixed)) {
                problems.add("told rolled back, and the resource has committed");
            }
            if (scenario.play().writes() && !scenario.isHeuristic() && end != State.READ_ONLY && committed != changed) {
                problems.add("the resource and the nodes do not agree");
            }
        }
        return problems;
    }
}
