package io.github.postgresxa.connection;

import io.github.postgresxa.NodeSettings;
import io.github.postgresxa.Outcome;
import io.github.postgresxa.PostgresXa;
import io.github.postgresxa.RecoverySettings;
import io.github.postgresxa.support.Bank;
import io.github.postgresxa.support.Eventually;
import io.github.postgresxa.test.PostgresNode;
import io.github.postgresxa.test.fault.BrokenCall;
import io.github.postgresxa.test.fault.BrokenSockets;
import jakarta.transaction.Status;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Plays one story again and again, with one break each, and checks what it has left. */
final class BrokenDriverStage implements AutoCloseable {

    static final int MORE_THAN_A_STORY_HAS = 120;

    private static final String APPLICATION = "walk";

    /** No pass runs by itself: it would make calls at unforeseen times. */
    private static final RecoverySettings BY_HAND =
            new RecoverySettings(true, Duration.ofMinutes(5), Duration.ofMillis(100));

    private static final Duration LIMIT = Duration.ofSeconds(10);

    private final BrokenDriverStory story;
    private final List<PostgresNode> nodes;
    private final BrokenSockets sockets = new BrokenSockets();
    private final SessionCheck sessions;
    private @Nullable Bank bank;

    BrokenDriverStage(BrokenDriverStory story, List<PostgresNode> nodes) throws Exception {
        this.story = story;
        this.nodes = nodes;
        Bank.open(nodes.toArray(PostgresNode[]::new)).close();
        this.sessions = new SessionCheck(nodes);
        this.bank = open();
    }

    /** The result of one run. */
    record Run(@Nullable Outcome told, @Nullable BrokenCall broken, List<String> faults) {

        boolean unharmed() {
            return broken != null && broken.call().isEmpty() && told != null;
        }
    }

    private Bank open() throws Exception {
        PostgresXa.Builder builder =
                PostgresXa.builder().home("first-used").name(APPLICATION).recovery(BY_HAND);
        for (PostgresNode node : nodes) {
            builder.node(new NodeSettings(
                    node.name(),
                    sockets.way(node.name(), node.jdbcUrl()),
                    node.username(),
                    node.password(),
                    story.pool()));
        }
        Bank opened = Bank.over(story.settings().apply(builder).build(), nodes);
        if (!story.beginsAnew()) {
            warmUp(opened);
        }
        return opened;
    }

    /** A plain transaction over all nodes. */
    private void warmUp(Bank bank) throws Exception {
        bank.transaction().begin();
        for (PostgresNode node : nodes) {
            bank.read(node.name());
        }
        bank.transaction().commit();
    }

    /** @param arm arms the break; called where the walk begins */
    Run run(Function<BrokenSockets, BrokenCall> arm) throws Exception {
        Bank open = bank == null ? open() : bank;
        bank = open;
        AtomicReference<BrokenCall> armed = new AtomicReference<>();
        AtomicReference<Outcome> told = new AtomicReference<>();
        List<String> faults = new ArrayList<>();
        CompletableFuture<Void> end = new CompletableFuture<>();
        Thread player = new Thread(
                () -> {
                    try {
                        play(open, () -> armed.set(arm.apply(sockets)), told, faults);
                        end.complete(null);
                    } catch (Throwable e) {
                        end.completeExceptionally(e);
                    }
                },
                "player");
        player.setDaemon(true);
        player.start();
        try {
            end.get(LIMIT.toSeconds() * 2, TimeUnit.SECONDS);
        } catch (TimeoutException e) {
            faults.add("it hangs: "
                    + Arrays.stream(player.getStackTrace())
                            .limit(12)
                            .map(StackTraceElement::toString)
                            .collect(Collectors.joining(" < ")));
        } catch (ExecutionException e) {
            faults.add("it ended with " + e.getCause());
        }
        sockets.clear();
        if (!faults.isEmpty() || story.beginsAnew()) {
            bank = null;
            close(open);
            cleanUp();
        }
        return new Run(told.get(), armed.get(), faults);
    }

    private void play(Bank bank, Runnable arm, AtomicReference<Outcome> told, List<String> faults) throws Exception {
        long before = money(bank);
        try {
            told.set(story.play(bank, nodes, arm));
        } catch (Throwable e) {
            faults.add("the caller met " + e);
        }
        sockets.clear();
        if (bank.transaction().getStatus() != Status.STATUS_NO_TRANSACTION) {
            faults.add("the transaction stays with its thread");
            return;
        }
        faults.addAll(sessions.faults(bank.xa));
        Eventually.eventually(LIMIT, "no session stays in a transaction, and nothing is left prepared", () -> {
            // Sessions first: a PREPARE may be on its way from a connection that is closed.
            boolean busy = sessions.inTransaction("postgres-xa " + APPLICATION) > 0;
            boolean prepared = bank.prepared() > 0;
            if (prepared) {
                bank.xa.recoverNow();
            }
            return !busy && !prepared;
        });
        long moved = money(bank) - before;
        if (moved != 0 && moved != story.writers()) {
            faults.add("partial: %d of %d".formatted(moved, story.writers()));
        }
        Outcome answer = told.get();
        if (answer == Outcome.COMMITTED && moved != story.writers()) {
            faults.add("lost: %d of %d".formatted(moved, story.writers()));
        }
        if (answer == Outcome.ROLLED_BACK && moved != 0) {
            faults.add("a rollback that is there: %d".formatted(moved));
        }
        if (answer == Outcome.UNKNOWN && !story.mayBeUnknown()) {
            faults.add("unknown where the answer can be had");
        }
        if (!story.beginsAnew()) {
            warmUp(bank);
        }
    }

    private static long money(Bank bank) {
        return bank.balances().stream().mapToLong(Long::longValue).sum();
    }

    /** Closes a bank that may hang, because something in it hangs. */
    private static void close(Bank bank) throws InterruptedException {
        Thread closer = new Thread(bank::close, "closer");
        closer.setDaemon(true);
        closer.start();
        closer.join(LIMIT.toMillis());
    }

    /** After a run that ended badly. */
    private void cleanUp() {
        for (PostgresNode node : nodes) {
            node.preparedTransactions().forEach(p -> node.execute("rollback prepared '" + p.gid() + "'"));
            node.queryForLong(
                    "select count(pg_terminate_backend(pid, 5000)) from pg_stat_activity where application_name = ?",
                    "postgres-xa " + APPLICATION);
        }
    }

    @Override
    public void close() throws SQLException {
        sockets.clear();
        if (bank != null) {
            bank.close();
        }
        sockets.close();
        sessions.close();
    }
}
