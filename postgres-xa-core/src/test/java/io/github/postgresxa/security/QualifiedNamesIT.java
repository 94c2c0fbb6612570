package io.github.postgresxa.security;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.postgresxa.PostgresXa;
import io.github.postgresxa.RecoverySettings;
import io.github.postgresxa.support.Bank;
import io.github.postgresxa.support.Eventually;
import io.github.postgresxa.test.PostgresNode;
import io.github.postgresxa.test.PostgresNodes;
import io.github.postgresxa.test.fault.FaultPlan;
import io.github.postgresxa.test.fault.FaultProxy;
import io.github.postgresxa.test.fault.MessageKind;
import io.github.postgresxa.test.fault.Position;
import io.github.postgresxa.test.fault.WireMessage;
import jakarta.transaction.RollbackException;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Walks through the shapes of a transaction and reads every message on the sessions of the pool. Our statements
 * name everything with its schema, because the search path belongs to the application.
 */
@PostgresNodes({"east", "west"})
class QualifiedNamesIT {

    private static final RecoverySettings OFF = new RecoverySettings(false, Duration.ofHours(1), Duration.ofHours(1));

    /** The first words of every statement of the application. */
    private static final String APPLICATION = "/* application */ ";

    private final Queue<WireMessage> messages = new ConcurrentLinkedQueue<>();
    private final List<FaultProxy> proxies = new ArrayList<>();
    private Bank bank;

    @BeforeEach
    void open(PostgresNode east, PostgresNode west) {
        Bank.open(east, west).close();
        FaultPlan plan = new FaultPlan();
        plan.at(this::note).cut(Position.BEFORE_FORWARDING);
        PostgresXa.Builder builder =
                PostgresXa.builder().home("first-used").name("walk").recovery(OFF);
        for (PostgresNode node : List.of(east, west)) {
            FaultProxy proxy = FaultProxy.before(node, plan);
            proxies.add(proxy);
            builder.node(node.name(), proxy.jdbcUrl(), node.username(), node.password());
        }
        bank = Bank.over(builder.build(), List.of(east, west));
    }

    /** A filter that picks nothing. */
    private boolean note(WireMessage message) {
        messages.add(message);
        return false;
    }

    @AfterEach
    void close() {
        bank.close();
        proxies.forEach(FaultProxy::close);
    }

    @Test
    void everyStatementOfOursOnAnApplicationsSessionNamesTheSchema(PostgresNode east, PostgresNode west)
            throws Exception {
        walk(east, west);
        List<WireMessage> seen = List.copyOf(messages); // Recovery goes on meanwhile.
        Set<Long> own = seen.stream()
                .filter(m -> m.sql().startsWith("set search_path = pg_catalog"))
                .map(WireMessage::connection)
                .collect(Collectors.toSet());
        List<WireMessage> checked = seen.stream()
                .filter(m -> !own.contains(m.connection()))
                .filter(m -> m.kind() != MessageKind.STARTUP)
                .filter(m -> !m.sql().contains(APPLICATION.strip()))
                .toList();
        assertThat(checked)
                .extracting(WireMessage::kind)
                .contains(
                        MessageKind.PREPARE,
                        MessageKind.DECISION,
                        MessageKind.COMMIT_PREPARED,
                        MessageKind.ROLLBACK_PREPARED,
                        MessageKind.COMMIT,
                        MessageKind.SETUP);
        assertThat(checked)
                .extracting(WireMessage::sql)
                .anyMatch(sql -> sql.contains("pg_cursor()"))
                .anyMatch(sql -> sql.contains("transaction_read_only"))
                .anyMatch(sql -> sql.contains("pg_xact_status"))
                .anyMatch(sql -> sql.contains("pg_try_advisory_xact_lock"))
                .anyMatch(sql -> sql.contains("reset role"))
                .anyMatch(sql -> sql.contains("any ('{off,local,remote_write}')"));
        assertThat(checked)
                .allSatisfy(m ->
                        assertThat(QualifiedNames.missing(m.sql())).as(m.sql()).isEmpty());
    }

    private void walk(PostgresNode east, PostgresNode west) throws Exception {
        transaction(() -> write("east", "west"));
        transaction(() -> {
            bank.execute("west", APPLICATION + "set local synchronous_commit = off");
            write("east", "west");
        });
        transaction(() -> write("east"));
        transaction(() -> {
            write("east");
            read("west");
        });
        transaction(() -> read("east", "west"));
        for (boolean ignored : new boolean[] {false, true}) {
            transaction(() -> {
                for (String node : List.of("east", "west")) {
                    try (Connection c = bank.connection(node)) {
                        c.setReadOnly(true);
                        c.setTransactionIsolation(Connection.TRANSACTION_SERIALIZABLE);
                    }
                    if (ignored) {
                        bank.execute(node, APPLICATION + "set transaction read write");
                    }
                }
                read("east", "west");
            });
        }
        west.execute("create role clerk", "grant all on account to clerk");
        transaction(() -> {
            write("east", "west");
            bank.execute("west", APPLICATION + "set role clerk");
        });
        bank.execute("west", APPLICATION + "reset role");
        slowly(east, west);
        finishedByHand(east, west);
        bank.transaction().begin();
        write("east", "west");
        bank.transaction().rollback();
    }

    private interface Work {
        void run() throws Exception;
    }

    private void transaction(Work work) throws Exception {
        bank.transaction().begin();
        work.run();
        bank.transaction().commit();
    }

    private void write(String... nodes) throws Exception {
        for (String node : nodes) {
            bank.execute(node, APPLICATION + "update account set balance = balance + 1 where id = 1");
        }
    }

    private void read(String... nodes) throws Exception {
        for (String node : nodes) {
            bank.execute(node, APPLICATION + "select balance from account where id = 1");
        }
    }

    /**
     * Takes long enough for a sign of life. Then the decision fails, so that the prepared branches have to be
     * rolled back.
     */
    private void slowly(PostgresNode east, PostgresNode west) throws Exception {
        east.execute(
                "create function refuse() returns trigger language plpgsql as 'begin raise exception ''no''; end'",
                "create constraint trigger refuse after update on account deferrable initially deferred"
                        + " for each row execute function refuse()");
        west.execute(
                "create function sleep() returns trigger language plpgsql"
                        + " as 'begin perform pg_sleep(1); return null; end'",
                "create constraint trigger sleep after update on account deferrable initially deferred"
                        + " for each row execute function sleep()");
        bank.transaction().begin();
        write("east", "west");
        try {
            bank.transaction().commit();
        } catch (RollbackException expected) {
            assertThat(bank.prepared()).isZero();
        }
        east.execute("drop trigger refuse on account");
        west.execute("drop trigger sleep on account");
    }

    /** A person finishes the branch by hand before we do. Then we ask how it ended. */
    private void finishedByHand(PostgresNode east, PostgresNode west) throws Exception {
        Thread thread;
        try (Connection holder = east.connect();
                Statement s = holder.createStatement()) {
            holder.setAutoCommit(false);
            // The decision waits for this.
            s.execute("lock table pgxa.decision in exclusive mode");
            thread = new Thread(() -> {
                try {
                    transaction(() -> write("east", "west"));
                } catch (Exception e) {
                    throw new AssertionError(e);
                }
            });
            thread.start();
            Eventually.eventually(Duration.ofSeconds(20), "it is prepared", () -> bank.prepared() == 1);
            west.execute(
                    "rollback prepared '" + west.preparedTransactions().get(0).gid() + "'");
            holder.rollback();
        }
        thread.join();
    }
}
