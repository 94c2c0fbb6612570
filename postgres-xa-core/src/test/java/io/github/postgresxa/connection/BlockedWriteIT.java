package io.github.postgresxa.connection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.postgresxa.PostgresXa;
import io.github.postgresxa.support.Bank;
import io.github.postgresxa.support.Certificates;
import io.github.postgresxa.support.Eventually;
import io.github.postgresxa.test.PostgresNode;
import io.github.postgresxa.test.PostgresNodes;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A statement that cannot be sent: its node is frozen and reads nothing. A call that has to end it at once does not
 * wait.
 */
@PostgresNodes({"east", "west"})
@TestInstance(Lifecycle.PER_CLASS)
class BlockedWriteIT {

    private static final String PLAIN = "sslmode=disable";
    private static final String TLS = "sslmode=require";
    private static final String OWN_SOCKETS =
            "&socketFactory=io.github.postgresxa.connection.StubbornSocketFactory&socketFactoryArg=mine";

    private static final int BOUND = 30;

    private PostgresNode east;
    private PostgresNode west;
    private @Nullable Bank opened;

    @BeforeAll
    void certify(PostgresNode east, PostgresNode west, @TempDir Path directory) throws Exception {
        assumeTrue(east.dataDirectory().isPresent(), "certificates are files of this machine: embedded nodes only");
        this.east = east;
        this.west = west;
        Certificates certificates = new Certificates(directory);
        certificates.authority("authority");
        certificates.server("authority", "good", "ip:127.0.0.1");
        west.execute(
                "alter system set ssl_cert_file = '%s'".formatted(certificates.file("good.crt")),
                "alter system set ssl_key_file = '%s'".formatted(certificates.file("good.key")),
                "alter system set ssl = on",
                "select pg_reload_conf()");
        Eventually.eventually(
                Duration.ofSeconds(10),
                "TLS is on",
                () -> west.queryForString("show ssl").equals("on"));
    }

    @BeforeEach
    void accounts() {
        Bank.createAccounts(east, west);
    }

    @AfterEach
    void close() {
        west.resume();
        if (opened != null) {
            opened.close();
        }
        opened = null;
    }

    private Bank bank() {
        return Objects.requireNonNull(opened);
    }

    private void open(String parameters) {
        String url = west.jdbcUrl() + (west.jdbcUrl().contains("?") ? "&" : "?") + parameters;
        opened = Bank.over(
                PostgresXa.builder()
                        .name("bank")
                        .recovery(Bank.FAST)
                        .closeLimit(Duration.ofSeconds(1))
                        .node("east", east.jdbcUrl(), east.username(), east.password())
                        .node("west", url, west.username(), west.password())
                        .build(),
                List.of(east, west));
    }

    /** Sends more than all buffers on the way can take. */
    private Throwable send(Connection connection) throws SQLException {
        try (PreparedStatement big = connection.prepareStatement("select length(?::bytea)")) {
            big.setBytes(1, new byte[64 << 20]);
            west.pause();
            return catchThrowable(big::executeQuery);
        }
    }

    private CompletableFuture<Throwable> sendInTransaction(int timeout) {
        return CompletableFuture.supplyAsync(() -> {
            try {
                bank().transaction().setTransactionTimeout(timeout);
                bank().transaction().begin();
                bank().add("east", -1);
                bank().add("west", 1);
                try (Connection c = bank().connection("west")) {
                    return send(c);
                } finally {
                    bank().transaction().rollback();
                }
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        });
    }

    private CompletableFuture<Throwable> send(CompletableFuture<Connection> taken) {
        return CompletableFuture.supplyAsync(() -> {
            try (Connection c = bank().connection("west")) {
                taken.complete(c);
                return send(c);
            } catch (SQLException e) {
                throw new IllegalStateException(e);
            }
        });
    }

    private void awaitBlocked() throws Exception {
        Eventually.eventually(
                Duration.ofSeconds(10),
                "a thread is blocked as it writes",
                () -> Thread.getAllStackTraces().values().stream().anyMatch(BlockedWriteIT::blocked));
    }

    private static boolean blocked(StackTraceElement[] stack) {
        List<String> methods =
                Arrays.stream(stack).map(StackTraceElement::getMethodName).toList();
        return methods.contains("implWrite") && methods.contains("park");
    }

    @ParameterizedTest
    @ValueSource(strings = {PLAIN, TLS, TLS + "&cancelSignalTimeout=0"})
    void isEndedByTheTransactionsTimeout(String parameters) throws Exception {
        open(parameters);
        assertThat(sendInTransaction(3).get(BOUND, TimeUnit.SECONDS)).isNotNull();
        west.resume();
        assertThat(bank().balances()).containsExactly(1000L, 1000L);
    }

    @ParameterizedTest
    @ValueSource(strings = {PLAIN, TLS})
    void isEndedByTheApplicationsAbort(String parameters) throws Exception {
        open(parameters);
        CompletableFuture<Connection> taken = new CompletableFuture<>();
        CompletableFuture<Throwable> sent = send(taken);
        Connection connection = taken.get(BOUND, TimeUnit.SECONDS);
        awaitBlocked();
        CompletableFuture.runAsync(() -> {
                    try {
                        connection.abort(Runnable::run);
                    } catch (SQLException e) {
                        throw new IllegalStateException(e);
                    }
                })
                .get(BOUND, TimeUnit.SECONDS);
        assertThat(sent.get(BOUND, TimeUnit.SECONDS)).isNotNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {PLAIN, TLS})
    void holdsNoShutdownUp(String parameters) throws Exception {
        open(parameters);
        CompletableFuture<Throwable> sent = send(new CompletableFuture<>());
        awaitBlocked();
        CompletableFuture.runAsync(bank()::close).get(BOUND, TimeUnit.SECONDS);
        assertThat(sent.get(BOUND, TimeUnit.SECONDS)).isNotNull();
    }

    /** The factory that the URL names makes all sockets, with its own argument. How they close is its business. */
    @ParameterizedTest
    @ValueSource(strings = {PLAIN + OWN_SOCKETS, TLS + OWN_SOCKETS})
    void overSocketsOfTheApplicationItIsEndedTooWhateverTheyWaitFor(String parameters) throws Exception {
        int before = StubbornSocketFactory.MADE.get();
        open(parameters);
        CompletableFuture<Connection> taken = new CompletableFuture<>();
        CompletableFuture<Throwable> sent = send(taken);
        Connection connection = taken.get(BOUND, TimeUnit.SECONDS);
        awaitBlocked();
        assertThat(StubbornSocketFactory.MADE.get()).isGreaterThan(before + 1);
        CountDownLatch release = StubbornSocketFactory.hold();
        try {
            CompletableFuture.runAsync(() -> {
                        try {
                            connection.abort(Runnable::run);
                        } catch (SQLException e) {
                            throw new IllegalStateException(e);
                        }
                    })
                    .get(BOUND, TimeUnit.SECONDS);
        } finally {
            release.countDown();
        }
        assertThat(sent.get(BOUND, TimeUnit.SECONDS)).isNotNull();
    }

    @Test
    void aSocketFactoryThatCannotBeMadeIsNamed() {
        String parameters =
                PLAIN + "&socketFactory=io.github.postgresxa.connection.StubbornSocketFactory&socketFactoryArg=theirs";
        open(parameters);
        assertThatThrownBy(() -> bank().connection("west"))
                .isInstanceOf(SQLException.class)
                .hasMessageContaining("node 'west'")
                .hasMessageContaining("StubbornSocketFactory");
    }
}
