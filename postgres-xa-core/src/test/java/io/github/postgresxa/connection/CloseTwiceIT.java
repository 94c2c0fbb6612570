package io.github.postgresxa.connection;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.postgresxa.PostgresXa;
import io.github.postgresxa.commit.ManagerByHand;
import io.github.postgresxa.support.Eventually;
import io.github.postgresxa.test.PostgresNode;
import io.github.postgresxa.test.PostgresNodes;
import jakarta.transaction.Status;
import jakarta.transaction.TransactionManager;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** A container may close a bean again, long after its transaction manager has stopped. */
@PostgresNodes("east")
class CloseTwiceIT {

    private final ManagerByHand real = new ManagerByHand();
    private final AtomicInteger asked = new AtomicInteger();
    private volatile boolean stopped;

    private final TransactionManager manager = (TransactionManager) Proxy.newProxyInstance(
            TransactionManager.class.getClassLoader(),
            new Class<?>[] {TransactionManager.class},
            (proxy, method, args) -> {
                asked.incrementAndGet();
                if (stopped) {
                    throw new IllegalStateException("the manager has stopped");
                }
                try {
                    return method.invoke(real, args);
                } catch (InvocationTargetException e) {
                    throw e.getCause();
                }
            });

    private PostgresXa open(PostgresNode east) {
        return PostgresXa.builder()
                .name("bank")
                .closeLimit(Duration.ofSeconds(1))
                .transactionManager(manager, real)
                .node("east", east.jdbcUrl(), east.username(), east.password())
                .build();
    }

    @Test
    void theSecondCloseAsksTheManagerNothing(PostgresNode east) {
        PostgresXa xa = open(east);
        real.status = Status.STATUS_NO_TRANSACTION;
        xa.close();
        stopped = true;
        int before = asked.get();
        xa.close();
        xa.close();
        assertThat(asked).hasValue(before);
    }

    @Test
    void afterACloseThatHitItsLimitTheSecondOneDoesNothing(PostgresNode east) throws Exception {
        PostgresXa xa = open(east);
        CompletableFuture.runAsync(() -> {
                    try (Connection used = xa.dataSource("east").getConnection()) {
                        used.createStatement().execute("select 1");
                    } catch (SQLException e) {
                        throw new IllegalStateException(e);
                    }
                })
                .get(20, TimeUnit.SECONDS);
        assertThat(xa.activeTransactionCount()).isEqualTo(1);
        real.status = Status.STATUS_NO_TRANSACTION; // Of this thread: there it goes on.
        xa.close();
        stopped = true;
        int before = asked.get();
        long start = System.nanoTime();
        xa.close();
        assertThat(asked).hasValue(before);
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(1));
    }

    @Test
    void aManagerThatStoppedFirstKeepsNothingOpen(PostgresNode east) throws Exception {
        PostgresXa xa = open(east);
        stopped = true;
        xa.close();
        xa.close();
        String sessions = "select count(*)::text from pg_stat_activity where application_name = 'postgres-xa bank'";
        Eventually.eventually(
                Duration.ofSeconds(10),
                "no session is left",
                () -> east.queryForString(sessions).equals("0"));
    }
}
