package io.github.postgresxa.connection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.github.postgresxa.NodeSettings;
import io.github.postgresxa.PoolSettings;
import io.github.postgresxa.PostgresXa;
import io.github.postgresxa.support.Bank;
import io.github.postgresxa.test.PostgresNode;
import io.github.postgresxa.test.PostgresNodes;
import jakarta.transaction.RollbackException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.postgresql.core.BaseConnection;

/**
 * A node gives a transaction no connection, or loses it before its first statement. The application goes on as if
 * nothing had happened.
 */
@PostgresNodes({"east", "west"})
class UnreachableNodeIT {

    private static final PoolSettings SMALL = new PoolSettings(
            1, 0, Duration.ofMillis(200), Duration.ofMinutes(1), Duration.ofMinutes(1), Duration.ofSeconds(30));

    private final PostgresNode east;
    private final PostgresNode west;

    UnreachableNodeIT(PostgresNode east, PostgresNode west) {
        this.east = east;
        this.west = west;
    }

    private NodeSettings small(PostgresNode node) {
        return new NodeSettings(node.name(), node.jdbcUrl(), node.username(), node.password(), SMALL);
    }

    private Bank open(UnaryOperator<NodeSettings> westSettings) {
        return Bank.open(
                b -> PostgresXa.builder()
                        .home("first-used")
                        .name("bank")
                        .recovery(Bank.FAST)
                        .node(small(east))
                        .node(westSettings.apply(small(west))),
                east,
                west);
    }

    /** Why west gives no connection. */
    enum Cause {
        DOWN("refused"),
        UNKNOWN_ROLE("role \"stranger\" does not exist"),
        UNKNOWN_DATABASE("database \"nowhere\" does not exist"),
        POOL_EXHAUSTED("pool.max-size"),
        INTERRUPTED("interrupted"),
        BROKEN_DRIVER("no.such.Factory");

        private final String text;

        Cause(String text) {
            this.text = text;
        }

        NodeSettings on(NodeSettings west) {
            return switch (this) {
                case UNKNOWN_ROLE -> new NodeSettings("west", west.url(), "stranger", null, SMALL);
                case UNKNOWN_DATABASE ->
                    new NodeSettings(
                            "west", west.url().replaceFirst("/[^/]+$", "/nowhere"), west.username(), null, SMALL);
                case BROKEN_DRIVER ->
                    new NodeSettings(
                            "west", west.url() + "?socketFactory=no.such.Factory", west.username(), null, SMALL);
                default -> west;
            };
        }
    }

    @ParameterizedTest
    @EnumSource(Cause.class)
    void aSwallowedFailureRollsBackEverywhere(Cause cause) throws Exception {
        try (Bank bank = open(cause::on)) {
            for (boolean westFirst : new boolean[] {false, true}) {
                bank.transaction().begin();
                if (!westFirst) {
                    bank.add("east", -10);
                }
                Throwable refusal = refused(bank, cause);
                if (westFirst) {
                    bank.add("east", -10);
                }
                assertThatThrownBy(() -> bank.transaction().commit())
                        .isInstanceOf(RollbackException.class)
                        .hasStackTraceContaining("'west'")
                        .hasStackTraceContaining(cause.text);
                assertThat(bank.balances()).containsExactly(1000L, 1000L);
                assertThat(bank.xa.activeTransactionCount()).isZero();
                assertThat(refusal).hasMessageContaining("'west'").hasMessageContaining(cause.text);
            }
        }
    }

    /** {@return what the application gets, and swallows} */
    private Throwable refused(Bank bank, Cause cause) throws Exception {
        Connection held = null;
        switch (cause) {
            case DOWN -> west.stop();
            case POOL_EXHAUSTED, INTERRUPTED -> held = outside(bank);
            default -> {}
        }
        try {
            if (cause == Cause.INTERRUPTED) {
                Thread.currentThread().interrupt();
            }
            Throwable refusal = catchThrowable(() -> bank.add("west", 10));
            assertThat(refusal).isInstanceOf(SQLException.class);
            return refusal;
        } finally {
            assertThat(Thread.interrupted()).isEqualTo(cause == Cause.INTERRUPTED);
            west.start();
            if (held != null) {
                held.close();
            }
        }
    }

    /** A connection of west's pool that another thread keeps. */
    private static Connection outside(Bank bank) throws Exception {
        Connection[] held = new Connection[1];
        Thread other = new Thread(() -> {
            try {
                held[0] = bank.connection("west");
            } catch (SQLException e) {
                throw new IllegalStateException(e);
            }
        });
        other.start();
        other.join();
        return held[0];
    }

    @Test
    void aConnectionThatIsLostBeforeItsFirstStatementRollsBackEverywhere() throws Exception {
        try (Bank bank = open(w -> w)) {
            bank.transaction().begin();
            bank.add("east", -10);
            try (Connection c = bank.connection("west")) {
                c.unwrap(BaseConnection.class).close();
                assertThatThrownBy(c::createStatement).isInstanceOf(SQLException.class);
            }
            assertThatThrownBy(() -> bank.transaction().commit()).isInstanceOf(RollbackException.class);
            bank.transaction().begin();
            bank.add("east", -10);
            try (Connection c = bank.connection("west")) {
                c.abort(Runnable::run);
            }
            assertThatThrownBy(() -> bank.transaction().commit()).isInstanceOf(RollbackException.class);
            assertThat(bank.balances()).containsExactly(1000L, 1000L);
        }
    }

    @Test
    void aTransactionThatNeverBeginsBecauseTheApplicationIsShuttingDownCommitsNothingLater() throws Exception {
        try (Bank bank = open(w -> w)) {
            bank.transaction().begin();
            bank.xa.drain(Duration.ZERO);
            assertThatThrownBy(() -> bank.add("west", 10)).hasMessageContaining("shutting down");
            bank.xa.resume();
            assertThatThrownBy(() -> bank.add("east", -10)).hasMessageContaining("shutting down");
            assertThatThrownBy(() -> bank.transaction().commit()).isInstanceOf(RollbackException.class);
            assertThat(bank.balances()).containsExactly(1000L, 1000L);
        }
    }

    @Test
    void aConnectionFromBeforeDoomsTheTransactionInWhichItIsUsed() throws Exception {
        try (Bank bank = open(w -> w);
                Connection before = bank.connection("west")) {
            bank.transaction().begin();
            bank.add("east", -10);
            assertThatThrownBy(() -> before.createStatement().execute("select 1"))
                    .isInstanceOf(SQLException.class);
            assertThatThrownBy(() -> bank.transaction().commit()).isInstanceOf(RollbackException.class);
            assertThat(bank.balances()).containsExactly(1000L, 1000L);
        }
    }

    @Test
    void aNewTransactionIsNotDoomed() throws Exception {
        try (Bank bank = open(w -> w)) {
            west.stop();
            bank.transaction().begin();
            assertThatThrownBy(() -> bank.add("west", 10)).isInstanceOf(SQLException.class);
            bank.transaction().rollback();
            west.start();
            bank.transaction().begin();
            bank.add("east", -10);
            bank.add("west", 10);
            bank.transaction().commit();
            assertThat(bank.balances()).containsExactly(990L, 1010L);
        } finally {
            west.start();
        }
    }

    @Test
    void whereTheNodeIsNotRequiredTheApplicationMayGoOnWithoutIt() throws Exception {
        try (Bank bank = open(NodeSettings::notRequired)) {
            west.stop();
            bank.transaction().begin();
            bank.add("east", -10);
            assertThatThrownBy(() -> bank.add("west", 10)).isInstanceOf(SQLException.class);
            bank.transaction().commit();
            assertThat(east.queryForLong("select balance from account where id = 1"))
                    .isEqualTo(990L);
        } finally {
            west.start();
        }
    }

    @Test
    void whoTriesANodeMayGoOnWithoutIt() throws Exception {
        try (Bank bank = open(w -> w)) {
            west.stop();
            bank.transaction().begin();
            bank.add("east", -10);
            assertThatThrownBy(() -> bank.xa.tryConnection("west")).hasMessageContaining("'west'");
            bank.transaction().commit();
            assertThat(east.queryForLong("select balance from account where id = 1"))
                    .isEqualTo(990L);
            west.start();
            try (Connection c = bank.xa.tryConnection("west")) {
                assertThat(c.isValid(1)).isTrue();
            }
        } finally {
            west.start();
        }
    }
}
