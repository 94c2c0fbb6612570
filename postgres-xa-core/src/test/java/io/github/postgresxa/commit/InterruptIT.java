package io.github.postgresxa.commit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.postgresxa.Outcome;
import io.github.postgresxa.PostgresXa;
import io.github.postgresxa.RecoverySettings;
import io.github.postgresxa.support.Bank;
import io.github.postgresxa.support.Eventually;
import io.github.postgresxa.test.PostgresNode;
import io.github.postgresxa.test.PostgresNodes;
import io.github.postgresxa.test.fault.Fault;
import io.github.postgresxa.test.fault.FaultPlan;
import io.github.postgresxa.test.fault.FaultProxy;
import io.github.postgresxa.test.fault.MessageFilter;
import io.github.postgresxa.test.fault.MessageKind;
import io.github.postgresxa.test.fault.Position;
import jakarta.transaction.HeuristicMixedException;
import jakarta.transaction.RollbackException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The thread that ends a transaction is interrupted: before it calls commit, and at every message of the commit. It
 * commits anyway, reports that, and is still interrupted afterwards. On a virtual thread an interrupt would close
 * the socket from which it reads.
 */
@PostgresNodes({"east", "west", "north"})
class InterruptIT {

    private static final int MORE_THAN_A_COMMIT_HAS = 40;

    private static final MessageFilter OF_A_COMMIT = MessageFilter.any().except(MessageKind.SCAN);

    enum Kind {
        PLATFORM,
        VIRTUAL
    }

    private final FaultPlan plan = new FaultPlan();
    private final List<FaultProxy> proxies = new ArrayList<>();
    private final AtomicReference<@Nullable Thread> committing = new AtomicReference<>();
    private Bank bank;

    @BeforeEach
    void open(PostgresNode east, PostgresNode west, PostgresNode north) {
        List<PostgresNode> nodes = List.of(east, west, north);
        Bank.open(east, west, north).close();
        // Regular passes would be counted among the messages.
        PostgresXa.Builder builder = PostgresXa.builder()
                .home("first-used")
                .name("interrupted")
                .recovery(new RecoverySettings(true, Duration.ofMinutes(5), Duration.ofMillis(100)));
        for (PostgresNode node : nodes) {
            FaultProxy proxy = FaultProxy.before(node, plan);
            proxies.add(proxy);
            builder.node(node.name(), proxy.jdbcUrl(), node.username(), node.password());
        }
        bank = Bank.over(builder.build(), nodes);
    }

    @AfterEach
    void close() {
        bank.close();
        proxies.forEach(FaultProxy::close);
    }

    private void interrupt() {
        Thread thread = committing.get();
        if (thread != null) {
            thread.interrupt();
        }
    }

    private record End(Outcome told, boolean stillInterrupted) {}

    private End commit(Kind kind, boolean interruptedBefore) throws Exception {
        return on(kind, () -> {
            bank.transaction().begin();
            bank.add("east", 1);
            bank.add("west", 1);
            bank.read("north");
            if (interruptedBefore) {
                Thread.currentThread().interrupt();
            }
            committing.set(Thread.currentThread());
            Outcome told = commit();
            committing.set(null);
            return new End(told, Thread.interrupted());
        });
    }

    private Outcome commit() throws Exception {
        try {
            bank.transaction().commit();
            return Outcome.COMMITTED;
        } catch (RollbackException e) {
            return Outcome.ROLLED_BACK;
        } catch (HeuristicMixedException e) {
            return Outcome.UNKNOWN;
        }
    }

    private static <T> T on(Kind kind, Callable<T> work) throws Exception {
        ExecutorService executor = kind == Kind.PLATFORM ? Executors.newSingleThreadExecutor() : virtual();
        try {
            return executor.submit(work).get(60, TimeUnit.SECONDS);
        } finally {
            executor.shutdown();
        }
    }

    private static ExecutorService virtual() throws ReflectiveOperationException {
        int java = Runtime.version().feature();
        assumeTrue(java >= 21, "virtual threads begin with Java 21, and this is " + java);
        return (ExecutorService)
                Executors.class.getMethod("newVirtualThreadPerTaskExecutor").invoke(null);
    }

    private void isCommitted(End end, boolean interrupted, List<Long> before, String what) throws Exception {
        assertThat(end.told()).as(what).isEqualTo(Outcome.COMMITTED);
        assertThat(end.stillInterrupted()).as(what).isEqualTo(interrupted);
        Eventually.eventually(Duration.ofSeconds(10), what + ": nothing is left prepared", () -> bank.prepared() == 0);
        assertThat(bank.balances()).as(what).containsExactly(before.get(0) + 1, before.get(1) + 1, before.get(2));
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void aThreadThatIsInterruptedBeforeItCommitsCommits(Kind kind) throws Exception {
        List<Long> before = bank.balances();
        isCommitted(commit(kind, true), true, before, "interrupted before");
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void anInterruptAtAnyMessageOfACommitChangesNothing(Kind kind) throws Exception {
        for (Position position : List.of(Position.BEFORE_FORWARDING, Position.AFTER_EXECUTED)) {
            boolean met = true;
            for (int n = 1; met; n++) {
                assertThat(n).isLessThan(MORE_THAN_A_COMMIT_HAS);
                List<Long> before = bank.balances();
                boolean[] during = new boolean[1];
                Fault fault = plan.at(OF_A_COMMIT).nth(n).call(position, () -> {
                    during[0] = committing.get() != null;
                    interrupt();
                });
                End end = commit(kind, false);
                met = fault.message().isPresent();
                plan.clear();
                isCommitted(end, during[0], before, "message %d, %s: %s".formatted(n, position, fault));
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void afterALostReplyTheHomeIsAskedHoweverOftenTheThreadIsInterrupted(Kind kind) throws Exception {
        ScheduledExecutorService interrupter = Executors.newScheduledThreadPool(1);
        interrupter.scheduleAtFixedRate(this::interrupt, 1, 1, TimeUnit.MILLISECONDS);
        try {
            for (int i = 0; i < 3; i++) {
                List<Long> before = bank.balances();
                Fault lost = plan.at(MessageKind.DECISION).loseReply();
                End end = commit(kind, true);
                assertThat(lost.hasFired()).isTrue();
                plan.clear();
                isCommitted(end, true, before, "attempt " + i);
            }
        } finally {
            interrupter.shutdownNow();
        }
    }
}
