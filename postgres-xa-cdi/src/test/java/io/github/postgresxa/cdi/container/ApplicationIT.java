package io.github.postgresxa.cdi.container;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.github.postgresxa.PostgresXa;
import io.github.postgresxa.RecoveryRegistration;
import io.github.postgresxa.TransactionIdInLog;
import io.github.postgresxa.cdi.Node;
import io.github.postgresxa.cdi.naming.NodeDataSourceFactory;
import io.github.postgresxa.operations.Observer;
import io.github.postgresxa.test.PostgresNode;
import io.github.postgresxa.test.PostgresNodes;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Any;
import jakarta.enterprise.inject.Produces;
import jakarta.transaction.TransactionManager;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Hashtable;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import javax.sql.DataSource;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.MDC;

@PostgresNodes({"east", "west"})
class ApplicationIT {

    private final Map<String, String> properties = new HashMap<>();

    @BeforeEach
    void accounts(PostgresNode east, PostgresNode west) throws SQLException {
        for (PostgresNode node : List.of(east, west)) {
            run(node, "drop table if exists account");
            run(node, "create table account (balance int not null)");
            run(node, "insert into account values (100)");
            String prefix = "postgres.xa.nodes." + node.name() + ".";
            properties.put(prefix + "url", node.jdbcUrl());
            properties.put(prefix + "username", node.username());
            properties.put(prefix + "password", node.password());
        }
    }

    private static void run(PostgresNode node, String sql) throws SQLException {
        try (Connection connection = node.connect();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private static int balance(PostgresNode node) throws SQLException {
        try (Connection connection = node.connect();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("select balance from account")) {
            rows.next();
            return rows.getInt(1);
        }
    }

    @Test
    void aTransactionalMethodCommitsOnBothNodesOrOnNone(PostgresNode east, PostgresNode west) throws SQLException {
        try (Containers application = Containers.start(properties)) {
            Bank bank = application.bean(Bank.class);
            bank.transfer(30);
            assertThat(balance(east)).isEqualTo(70);
            assertThat(balance(west)).isEqualTo(130);

            assertThatExceptionOfType(Bank.Refused.class).isThrownBy(() -> bank.refuse(5));
            assertThat(balance(east)).isEqualTo(70);
            assertThat(balance(west)).isEqualTo(130);
        }
    }

    @Test
    void anSqlExceptionThatLeavesAMethodRollsBackUnlessItSaysOtherwise(PostgresNode east, PostgresNode west)
            throws SQLException {
        try (Containers application = Containers.start(properties)) {
            Bank bank = application.bean(Bank.class);
            assertThatExceptionOfType(SQLException.class).isThrownBy(() -> bank.transferWithAWrongParameter(30));
            assertThat(balance(east)).isEqualTo(100);

            assertThatExceptionOfType(SQLException.class).isThrownBy(() -> bank.depositAndThrow(5));
            assertThat(balance(east)).isEqualTo(105);
            assertThat(balance(west)).isEqualTo(100);
        }
    }

    @Test
    void metersAreThoseOfTheApplicationAndGoWithIt() throws SQLException {
        properties.put("postgres.xa.name", "bank");
        properties.put("postgres.xa.metrics.transaction-names", "10");
        try (Containers application = Containers.start(properties, Bank.class, ServersRegistry.class)) {
            application.bean(Bank.class).transfer(1);
            assertThat(ServersRegistry.REGISTRY
                            .get("postgres.xa.commit")
                            .tag("application", "bank")
                            .tag("transaction", Bank.class.getName() + ".transfer")
                            .timer()
                            .count())
                    .isEqualTo(1);
            assertThat(ServersRegistry.REGISTRY
                            .get("postgres.xa.reachable")
                            .tag("node", "west")
                            .gauge()
                            .value())
                    .isEqualTo(1);
        }
        assertThat(ServersRegistry.REGISTRY.getMeters()).isEmpty();
    }

    /** A bean of an application that brings its own DataSources. */
    @ApplicationScoped
    public static class ObservedBank {}

    /** A registry that outlives the application. */
    @ApplicationScoped
    public static class ServersRegistry {

        static final MeterRegistry REGISTRY = new SimpleMeterRegistry();

        @Produces
        MeterRegistry registry() {
            return REGISTRY;
        }
    }

    @Test
    void theIdOfTheTransactionIsInTheLogsContextUntilItsEnd() throws Exception {
        try (Containers application = Containers.start(properties)) {
            PostgresXa xa = application.bean(PostgresXa.class);
            xa.inTransaction(() -> {
                assertThat(MDC.get(TransactionIdInLog.KEY)).isNull();
                xa.dataSource("east").getConnection().close();
                assertThat(MDC.get(TransactionIdInLog.KEY))
                        .isEqualTo(xa.currentTransaction().orElseThrow().toString());
            });
            assertThat(MDC.get(TransactionIdInLog.KEY)).isNull();
        }
    }

    @Test
    void observedNodesAreShownAndNothingElseIsThere(PostgresNode west) throws Exception {
        properties.put("postgres.xa.mode", "observe");
        run(west, "begin; insert into account values (1); prepare transaction 'others 1'");
        try (Containers application = Containers.start(properties, ObservedBank.class)) {
            Observer observer = application.bean(Observer.class);
            Instant end = Instant.now().plus(Duration.ofSeconds(20));
            while (observer.transactions().transactions().isEmpty()
                    && Instant.now().isBefore(end)) {
                Thread.sleep(20);
            }
            assertThat(observer.transactions().transactions()).hasSize(1);
            assertThat(checks(application)).containsOnlyKeys("postgresXa.east", "postgresXa.west");
            assertThat(checks(application).get("postgresXa.west")).startsWith("UP ");
            assertThat(application.container().select(PostgresXa.class).isUnsatisfied())
                    .isTrue();
            assertThat(application.container().select(DataSource.class).isUnsatisfied())
                    .isTrue();
        } finally {
            run(west, "rollback prepared 'others 1'");
        }
    }

    @Test
    void theBeansAreTheNodes() throws SQLException {
        properties.put("postgres.xa.primary", "west");
        try (Containers application = Containers.start(properties)) {
            PostgresXa xa = application.bean(PostgresXa.class);
            assertThat(application.bean(DataSource.class)).isSameAs(xa.dataSource("west"));
            assertThat(application
                            .container()
                            .select(DataSource.class, Node.Literal.of("east"))
                            .get())
                    .isSameAs(xa.dataSource("east"));
            assertThat(application.bean(TransactionManager.class)).isNotNull();
            assertThat(xa.recoveryRegistration()).isEqualTo(RecoveryRegistration.EMBEDDED);
        }
    }

    /** A server binds it under a name, once for all applications. */
    @Test
    void aResourceOfJndiIsTheNodeOfTheApplicationWhoseThreadAsks(PostgresNode east) throws Exception {
        DataSource resource = (DataSource) new NodeDataSourceFactory()
                .getObjectInstance(null, null, null, new Hashtable<>(Map.of("node", "east")));
        try (Containers application = Containers.start(properties)) {
            application.inside(() -> {
                try (Connection connection = resource.getConnection()) {
                    assertThat(connection.getCatalog()).isEqualTo(east.database());
                }
                return null;
            });
        }
        assertThatExceptionOfType(SQLException.class).isThrownBy(resource::getConnection);
    }

    @Test
    void eachNodeHasAReadinessCheckWithTheStatusesOfTheCore(PostgresNode east, PostgresNode west) {
        try (Containers application = Containers.start(properties)) {
            application.bean(PostgresXa.class).recoverNow();
            assertThat(checks(application))
                    .containsEntry("postgresXa.east", "UP UP")
                    .containsEntry("postgresXa.west", "UP UP")
                    .containsEntry("postgresXa.recovery", "UP EMBEDDED");

            west.stop();
            application.bean(PostgresXa.class).recoverNow();
            assertThat(checks(application))
                    .as("one node that is down takes no application out of traffic")
                    .containsEntry("postgresXa.west", "UP DOWN")
                    .containsEntry("postgresXa.east", "UP UP");

            east.stop();
            application.bean(PostgresXa.class).recoverNow();
            assertThat(checks(application)).containsEntry("postgresXa.west", "DOWN DOWN");
        } finally {
            east.start();
            west.start();
        }
    }

    private static Map<String, String> checks(Containers application) {
        return application
                .container()
                .select(HealthCheck.class, Readiness.Literal.INSTANCE, Any.Literal.INSTANCE)
                .stream()
                .map(HealthCheck::call)
                .collect(Collectors.toMap(
                        HealthCheckResponse::getName,
                        answer -> answer.getStatus() + " "
                                + answer.getData().orElseThrow().get("status")));
    }

    @Test
    void twoApplicationsOfAProcessDoNotSeeEachOther(PostgresNode east, PostgresNode west) throws SQLException {
        Map<String, String> second = new HashMap<>(properties);
        second.put("postgres.xa.name", "second");
        second.put("postgres.xa.primary", "west");
        try (Containers one = Containers.start(properties)) {
            try (Containers two = Containers.start(second)) {
                assertThat(two.bean(PostgresXa.class)).isNotSameAs(one.bean(PostgresXa.class));
                assertThat(two.bean(PostgresXa.class).name()).isEqualTo("second");
                two.bean(Bank.class).transfer(1);
            }
            one.bean(Bank.class).transfer(1);
        }
        assertThat(balance(east)).isEqualTo(98);
        assertThat(balance(west)).isEqualTo(102);
    }

    @Test
    void theEndOfTheApplicationLeavesNoThread() throws Exception {
        Set<Thread> before = new HashSet<>(Thread.getAllStackTraces().keySet());
        try (Containers application = Containers.start(properties)) {
            application.bean(Bank.class).transfer(1);
            assertThat(since(before)).isNotEmpty();
        }
        Instant end = Instant.now().plus(Duration.ofSeconds(10));
        while (!since(before).isEmpty() && Instant.now().isBefore(end)) {
            Thread.sleep(20);
        }
        assertThat(since(before)).isEmpty();
    }

    /** Threads but the driver's, which ends by itself after a while, and those of the JDK's common pool. */
    private static Set<String> since(Set<Thread> before) {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> !before.contains(thread) && thread.isAlive())
                .map(Thread::getName)
                .filter(name -> !name.startsWith("PostgreSQL-JDBC-Cleaner"))
                .filter(name -> !name.startsWith("ForkJoinPool.commonPool"))
                .collect(Collectors.toSet());
    }
}
