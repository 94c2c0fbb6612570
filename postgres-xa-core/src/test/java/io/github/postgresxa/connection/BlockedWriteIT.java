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
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
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

    /** Of a transaction. The work before its big statement needs a part of it. */
    private static final int SECONDS = 4;

    private static final byte[] MORE_THAN_ALL_BUFFERS = new byte[64 << 20];

    private PostgresNode east;
    private PostgresNode west;
    private final List<Bank> opened = new ArrayList<>();

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
        opened.forEach(Bank::close);
        opened.clear();
    }

    private Bank open(String parameters) {
        String url = west.jdbcUrl() + (west.jdbcUrl().contains("?") ? "&" : "?") + parameters;
        Bank bank = Bank.over(
                PostgresXa.builder()
                        .home("first-used")
                        .name("bank")
                        .recovery(Bank.FAST)
                        .closeLimit(Duration.ofSeconds(1))
                        .node("east", east.jdbcUrl(), east.username(), east.password())
                        .node("west", url, west.username(), west.password())
                        .build(),
                List.of(east, west));
        opened.add(bank);
        return bank;
    }

    private interface Step {
        void run() throws Exception;
    }

    /** Sends more than all buffers on the way can take. */
    private static Throwable send(Connection connection, Step freeze) throws Exception {
        try (PreparedStatement big = connection.prepareStatement("select length(?::bytea)")) {
            big.setBytes(1, MORE_THAN_ALL_BUFFERS);
            freeze.run();
            return catchThrowable(big::executeQuery);
        }
    }

    private CompletableFuture<Throwable> sendInTransaction(Bank bank, int account, CyclicBarrier freeze) {
        String change = "update account set balance = balance %+d where id = %d";
        return CompletableFuture.supplyAsync(() -> {
            try {
                bank.transaction().setTransactionTimeout(SECONDS);
                bank.transaction().begin();
                bank.execute("east", change.formatted(-1, account));
                bank.execute("west", change.formatted(1, account));
                try (Connection c = bank.connection("west")) {
                    return send(c, freeze::await);
                } finally {
                    bank.transaction().rollback();
                }
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        });
    }

    private CompletableFuture<Throwable> send(Bank bank, CompletableFuture<Connection> taken) {
        return CompletableFuture.supplyAsync(() -> {
            try (Connection c = bank.connection("west")) {
                taken.complete(c);
                return send(c, west::pause);
            } catch (Exception e) {
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

    /** One transaction with each kind of connection, all at the same time: their waits are long. */
    @Test
    void isEndedByTheTransactionsTimeout() throws Exception {
        List<String> kinds = List.of(PLAIN, TLS, TLS + "&cancelSignalTimeout=0");
        CyclicBarrier freeze = new CyclicBarrier(kinds.size(), west::pause);
        List<Bank> banks = kinds.stream().map(this::open).toList();
        List<CompletableFuture<Throwable>> sent = new ArrayList<>();
        for (int i = 0; i < banks.size(); i++) {
            int account = 10 + i;
            for (PostgresNode node : List.of(east, west)) {
                node.execute("insert into account values (%d, 1000) on conflict do nothing".formatted(account));
            }
        }
        for (int i = 0; i < banks.size(); i++) {
            sent.add(sendInTransaction(banks.get(i), 10 + i, freeze));
        }
        for (int i = 0; i < sent.size(); i++) {
            assertThat(sent.get(i).get(BOUND, TimeUnit.SECONDS))
                    .as(kinds.get(i))
                    .isNotNull();
        }
        west.resume();
        for (PostgresNode node : List.of(east, west)) {
            assertThat(node.queryForLong("select count(*) from account where balance <> 1000"))
                    .isZero();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {PLAIN, TLS})
    void isEndedByTheApplicationsAbort(String parameters) throws Exception {
        Bank bank = open(parameters);
        CompletableFuture<Connection> taken = new CompletableFuture<>();
        CompletableFuture<Throwable> sent = send(bank, taken);
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
        Bank bank = open(parameters);
        CompletableFuture<Throwable> sent = send(bank, new CompletableFuture<>());
        awaitBlocked();
        CompletableFuture.runAsync(bank::close).get(BOUND, TimeUnit.SECONDS);
        assertThat(sent.get(BOUND, TimeUnit.SECONDS)).isNotNull();
    }

    /** The factory that the URL names makes all sockets, with its own argument. How they close is its business. */
    @ParameterizedTest
    @ValueSource(strings = {PLAIN + OWN_SOCKETS, TLS + OWN_SOCKETS})
    void overSocketsOfTheApplicationItIsEndedTooWhateverTheyWaitFor(String parameters) throws Exception {
        int before = StubbornSocketFactory.MADE.get();
        Bank bank = open(parameters);
        CompletableFuture<Connection> taken = new CompletableFuture<>();
        CompletableFuture<Throwable> sent = send(bank, taken);
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
        Bank bank = open(parameters);
        assertThatThrownBy(() -> bank.connection("west"))
                .isInstanceOf(SQLException.class)
                .hasMessageContaining("node 'west'")
                .hasMessageContaining("StubbornSocketFactory");
    }
}
