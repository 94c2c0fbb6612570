package io.github.postgresxa.manager;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.postgresxa.PostgresXa;
import io.github.postgresxa.support.XaApplication;
import io.github.postgresxa.test.PostgresNode;
import io.github.postgresxa.test.manager.Difference;
import io.github.postgresxa.test.manager.JtaManagerContract;
import io.github.postgresxa.test.manager.KnownManager;
import io.github.postgresxa.test.manager.ManagedApplication;
import io.github.postgresxa.test.manager.NodeAddress;
import jakarta.transaction.Status;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The contract of the managers, and what else this library adds to any of them. */
public abstract class CoreManagerContract extends JtaManagerContract {

    private final KnownManager manager;
    private @Nullable XaApplication application;

    protected CoreManagerContract(KnownManager manager) {
        this.manager = manager;
    }

    @Override
    protected final Set<Difference> differences() {
        return manager.differences();
    }

    /** Starts an application with the manager. */
    protected abstract XaApplication application(List<NodeAddress> nodes) throws Exception;

    @Override
    protected final ManagedApplication start(List<NodeAddress> nodes) throws Exception {
        XaApplication started = application(nodes);
        application = started;
        return started;
    }

    private PostgresXa xa() {
        return Objects.requireNonNull(application).xa;
    }

    private void execute(String node, String sql) throws SQLException {
        try (Connection c = xa().dataSource(node).getConnection();
                Statement s = c.createStatement()) {
            s.execute(sql);
        }
    }

    private void transfer() throws SQLException {
        execute("east", "update account set balance = balance - 10");
        execute("west", "update account set balance = balance + 10");
    }

    @Test
    void workInATransactionCommitsRollsBackAndTimesOut(PostgresNode east, PostgresNode west) throws Exception {
        PostgresXa xa = xa();
        xa.inTransaction(this::transfer);
        isTransferred(east, west);
        IllegalStateException failure = new IllegalStateException("not enough");
        assertThatThrownBy(() -> xa.inTransaction(() -> {
                    transfer();
                    throw failure;
                }))
                .isSameAs(failure);
        assertThatThrownBy(() -> xa.inTransaction(() -> {
                    transfer();
                    xa.inTransaction(Duration.ofHours(1), () -> execute("west", "select no_such_function()"));
                }))
                .isInstanceOf(SQLException.class);
        assertThatThrownBy(() -> xa.inTransaction(Duration.ofSeconds(1), () -> {
                    transfer();
                    execute("west", "select pg_sleep(30)");
                }))
                .isInstanceOf(SQLException.class);
        assertThat(xa.userTransaction().getStatus()).isEqualTo(Status.STATUS_NO_TRANSACTION);
        isTransferred(east, west);
        assertThat(xa.activeTransactionCount()).isZero();
    }

    private static void isTransferred(PostgresNode east, PostgresNode west) {
        assertThat(east.queryForLong("select balance from account where id = 1"))
                .isEqualTo(990);
        assertThat(west.queryForLong("select balance from account where id = 1"))
                .isEqualTo(1010);
    }
}
