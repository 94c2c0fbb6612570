package io.github.postgresxa.support;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.postgresxa.Acknowledge;
import io.github.postgresxa.ActiveTransaction;
import io.github.postgresxa.CommitSettings;
import io.github.postgresxa.NodeSettings;
import io.github.postgresxa.PoolSettings;
import io.github.postgresxa.PostgresXa;
import io.github.postgresxa.RecoverySettings;
import io.github.postgresxa.TransactionPhase;
import io.github.postgresxa.test.PostgresNode;
import io.github.postgresxa.test.fault.Fault;
import io.github.postgresxa.test.fault.FaultPlan;
import io.github.postgresxa.test.fault.FaultProxy;
import io.github.postgresxa.test.fault.MessageKind;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.UnaryOperator;

/**
 * A bank whose commits are acknowledged when they are decided, behind proxies. East is the home.
 */
public final class EarlyBank {

    public static final CommitSettings DECIDED = new CommitSettings(Acknowledge.DECIDED, Duration.ofSeconds(20));

    /** What waits is still waiting after this time. */
    private static final long WAITS = 250;

    private static final Duration LIMIT = Duration.ofSeconds(20);

    /** Recovery does not finish what is held back meanwhile. */
    private static final RecoverySettings QUIET =
            new RecoverySettings(true, Duration.ofMinutes(5), Duration.ofMinutes(5));

    public final FaultPlan plan = new FaultPlan();
    public final Bank bank;
    private final List<FaultProxy> proxies = new ArrayList<>();

    public EarlyBank(UnaryOperator<PostgresXa.Builder> settings, int poolSize, PostgresNode... nodes) throws Exception {
        Bank.open(nodes).close();
        PostgresXa.Builder builder =
                PostgresXa.builder().name("bank").home("east").recovery(QUIET).commit(DECIDED);
        PoolSettings pool = PoolSettings.DEFAULT;
        for (PostgresNode node : nodes) {
            FaultProxy proxy = FaultProxy.before(node, plan);
            proxies.add(proxy);
            builder.node(new NodeSettings(
                    node.name(),
                    proxy.jdbcUrl(),
                    node.username(),
                    node.password(),
                    new PoolSettings(
                            poolSize,
                            0,
                            Duration.ofSeconds(10),
                            pool.idleTimeout(),
                            pool.maxLifetime(),
                            pool.validationIdle())));
        }
        bank = Bank.over(settings.apply(builder).build(), List.of(nodes));
    }

    /** Moves 10 from east to west. */
    public void transfer() throws Exception {
        bank.transaction().begin();
        bank.add("east", -10);
        bank.add("west", 10);
        bank.transaction().commit();
    }

    /** Moves all nodes away. */
    public void distance(Duration roundTrip) {
        proxies.forEach(proxy -> proxy.distance(roundTrip));
    }

    /** {@return how long the caller of a transfer's commit waits} */
    public Duration commitTime() throws Exception {
        bank.transaction().begin();
        bank.add("east", -10);
        bank.add("west", 10);
        long start = System.nanoTime();
        bank.transaction().commit();
        Duration time = Duration.ofNanos(System.nanoTime() - start);
        finished();
        return time;
    }

    /** {@return COMMIT PREPARED of a transfer, which is acknowledged and held before the server has seen it} */
    public Fault transferAndHoldItsFinish() throws Exception {
        Fault held = plan.at(MessageKind.COMMIT_PREPARED).hold();
        transfer();
        held.awaitFired(LIMIT);
        return held;
    }

    public List<TransactionPhase> phases() {
        return bank.xa.activeTransactions().stream()
                .map(ActiveTransaction::phase)
                .toList();
    }

    public void finished() throws Exception {
        Eventually.eventually(LIMIT, "nothing is left to finish", () -> phases().isEmpty() && bank.prepared() == 0);
    }

    /** Recovery finishes what could not be finished. */
    public void recovered() throws Exception {
        Eventually.eventually(LIMIT, "nothing is left to recover", () -> {
            if (phases().isEmpty() && bank.prepared() == 0) {
                return true;
            }
            bank.xa.recoverNow();
            return false;
        });
    }

    /** Begins something that has to wait. */
    public static <T> CompletableFuture<T> begun(Callable<T> work) {
        CompletableFuture<T> result = new CompletableFuture<>();
        Thread thread = new Thread(() -> {
            try {
                result.complete(work.call());
            } catch (Throwable e) {
                result.completeExceptionally(e);
            }
        });
        thread.setDaemon(true);
        thread.start();
        return result;
    }

    public static void waits(CompletableFuture<?> work) {
        assertThatThrownBy(() -> work.get(WAITS, TimeUnit.MILLISECONDS)).isInstanceOf(TimeoutException.class);
    }

    public static <T> T ends(CompletableFuture<T> work) throws Exception {
        try {
            return work.get(LIMIT.toSeconds(), TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof SQLException cause) {
                throw cause;
            }
            throw e;
        }
    }

    public void close() throws Exception {
        plan.clear();
        recovered();
        bank.close();
        assertThat(bank.prepared()).isZero();
        for (FaultProxy proxy : proxies) {
            proxy.close();
        }
    }
}
