package io.github.postgresxa.samples.jpa;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.postgresxa.spring.transaction.ConflictRollbackException;
import io.github.postgresxa.test.PostgresNode;
import io.github.postgresxa.test.PostgresNodes;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.transaction.UnexpectedRollbackException;

/** What docs/jpa.md says, with Hibernate and Spring Data JPA. */
@PostgresNodes({"east", "west"})
@TestInstance(Lifecycle.PER_CLASS)
class JpaIT {

    private PostgresNode east;
    private PostgresNode west;
    private ConfigurableApplicationContext application;
    private Transfers transfers;

    @BeforeAll
    void start(PostgresNode east, PostgresNode west) {
        this.east = east;
        this.west = west;
        this.application = started(JpaApplication.class, east, west);
        this.transfers = application.getBean(Transfers.class);
    }

    static ConfigurableApplicationContext started(
            Class<?> source, PostgresNode east, PostgresNode west, String... more) {
        return new SpringApplicationBuilder(source)
                .web(WebApplicationType.SERVLET)
                .properties(properties(east, west))
                .properties("spring.main.banner-mode=off", "logging.level.root=warn", "server.port=0")
                .run(more);
    }

    static String[] properties(PostgresNode... nodes) {
        return Stream.of(nodes)
                .flatMap(node -> Stream.of(
                                "url=" + node.jdbcUrl(), "username=" + node.username(), "password=" + node.password())
                        .map(setting -> "postgres.xa.nodes." + node.name() + "." + setting))
                .toArray(String[]::new);
    }

    @BeforeEach
    void accounts() {
        accounts(east, west);
    }

    static void accounts(PostgresNode... nodes) {
        for (PostgresNode node : nodes) {
            node.execute(
                    "drop table if exists account",
                    "create table account (id int primary key, version bigint not null, balance bigint not null)",
                    "insert into account values (1, 0, 1000), (7, 0, 1000)");
        }
    }

    @AfterEach
    void nothingIsLeftPrepared() {
        assertThat(east.preparedTransactions()).isEmpty();
        assertThat(west.preparedTransactions()).isEmpty();
    }

    @AfterAll
    void stop() {
        application.close();
    }

    @Test
    void entitiesOfBothNodesAreWrittenInOneTransaction() {
        transfers.transfer(25);
        isTransferred();
    }

    @Test
    void aMethodThatThrowsChangesNoEntity() {
        assertThatThrownBy(() -> transfers.transferAfter(25, () -> {
                    throw new IllegalStateException("changed my mind");
                }))
                .hasMessage("changed my mind");
        nothingMoved();
    }

    @Test
    void aFlushThatFailsAtTheCommitRollsBackBothNodes() {
        west.execute("alter table account add check (balance < 1010)");
        assertThatThrownBy(() -> transfers.transfer(25))
                .isInstanceOf(UnexpectedRollbackException.class)
                .hasMessageContaining("account_balance_check");
        nothingMoved();
    }

    @Test
    void anOptimisticLockIsAConflict() {
        assertThatThrownBy(() -> transfers.transferAfter(
                        25, () -> west.execute("update account set version = version + 1 where id = 7")))
                .isInstanceOf(ConflictRollbackException.class);
        nothingMoved();
    }

    /** One session for a request cannot be that of two factories. */
    @Test
    void aWebApplicationDoesNotStartWithSessionsThatStayOpen() {
        assertThatThrownBy(() -> started(JpaApplication.class, east, west, "--spring.jpa.open-in-view=true"))
                .hasStackTraceContaining("openEntityManagerInViewInterceptor")
                .hasStackTraceContaining("eastEntityManagerFactory,westEntityManagerFactory");
    }

    private void isTransferred() {
        assertThat(balance(east, 1)).isEqualTo(975);
        assertThat(balance(west, 7)).isEqualTo(1025);
    }

    private void nothingMoved() {
        assertThat(balance(east, 1)).isEqualTo(1000);
        assertThat(balance(west, 7)).isEqualTo(1000);
    }

    static long balance(PostgresNode node, int id) {
        return node.queryForLong("select balance from account where id = " + id);
    }
}
