package io.github.postgresxa.decision;

import static io.github.postgresxa.support.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.postgresxa.gid.ManagerName;
import io.github.postgresxa.gid.NodeIdentity;
import io.github.postgresxa.node.Node;
import io.github.postgresxa.node.Wire;
import io.github.postgresxa.support.Bank;
import io.github.postgresxa.test.PostgresNode;
import io.github.postgresxa.test.PostgresNodes;
import io.github.postgresxa.test.StandbyNode;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a row of a transaction manager's log is worth, before anybody obeys it. */
@PostgresNodes("east")
class ManagerLogIT {

    private static final Duration LIMIT = Duration.ofSeconds(15);

    private final ManagerLog log = new ManagerLog("pgxa", "bank");
    private final ManagerName manager = ManagerName.random();
    private final String transaction = "transaction-1";
    private PostgresNode east;
    private NodeIdentity identity;

    @BeforeEach
    void open(PostgresNode east) throws Exception {
        Bank.open(east).close();
        this.east = east;
        this.identity = new NodeIdentity(Bank.identity(east));
    }

    @AfterEach
    void close() {
        east.execute("delete from pgxa.manager_decision", "delete from pgxa.manager");
    }

    private Wire wire() throws SQLException {
        return new Node(Bank.settings(east), "postgres-xa-test").connect();
    }

    private long register() throws SQLException {
        try (Wire wire = wire()) {
            return log.register(wire, identity, manager);
        }
    }

    private Decision.Kind decide(long registration) throws SQLException {
        try (Wire wire = wire()) {
            return log.decide(wire, identity, manager, registration, transaction);
        }
    }

    private Decision.Kind settle() throws SQLException {
        try (Wire wire = wire()) {
            return log.settle(wire, identity, manager, transaction);
        }
    }

    private long rows() {
        return east.queryForLong("select count(*) from pgxa.manager_decision");
    }

    @Test
    void aManagerDecidesNothingUnderARegistrationThatIsDeleted() throws Exception {
        long registration = register();
        east.execute("delete from pgxa.manager");
        assertThatThrownBy(() -> decide(registration)).isInstanceOf(RegistrationLostException.class);
        register();
        assertThatThrownBy(() -> decide(registration))
                .as("registered once more")
                .isInstanceOf(RegistrationLostException.class);
        assertThat(rows()).isZero();
    }

    @Test
    void aDecisionIsOnTheDiskWhateverTheRoleLikes() throws Exception {
        east.execute(
                "create table durability (setting text)",
                "create function note_durability() returns trigger language plpgsql as $$ begin"
                        + " insert into public.durability values (current_setting('synchronous_commit'));"
                        + " return new; end $$",
                "create trigger note_durability before insert on pgxa.manager_decision"
                        + " for each row execute function note_durability()",
                "alter role %s set synchronous_commit = off".formatted(east.username()));
        try {
            assertThat(decide(register())).isEqualTo(Decision.Kind.COMMIT);
            assertThat(east.queryForLong("select count(*) from durability where setting <> 'off'"))
                    .isOne();
        } finally {
            east.execute(
                    "alter role %s reset synchronous_commit".formatted(east.username()),
                    "drop trigger note_durability on pgxa.manager_decision",
                    "drop function note_durability",
                    "drop table durability");
        }
    }

    @Test
    void aDecisionIsObeyedOnlyWhenTheStandbyHasIt() throws Exception {
        register();
        StandbyNode east2 = east.standby("east2");
        try {
            east2.makeSynchronous();
            east2.awaitCaughtUp();
            east2.stop();
            decideWithoutStandby();

            CompletableFuture<Decision.Kind> settled = CompletableFuture.supplyAsync(() -> {
                try {
                    return settle();
                } catch (SQLException e) {
                    throw new IllegalStateException(e);
                }
            });
            eventually(LIMIT, "it waits for the standby, or has not", () -> waiting() > 0 || settled.isDone());
            assertThat(settled).as("obeyed too early").isNotDone();

            east2.start();
            assertThat(settled.join()).isEqualTo(Decision.Kind.COMMIT);
        } finally {
            east2.close();
        }
    }

    private long waiting() {
        return east.queryForLong("select count(*) from pg_stat_activity"
                + " where wait_event = 'SyncRep' and application_name like 'postgres-xa%'");
    }

    /** A person cancels the wait of the COMMIT. PostgreSQL then shows it, although a failover would lose it. */
    private void decideWithoutStandby() {
        String insert = "insert into pgxa.manager_decision (gtrid, manager, outcome) values ('%s', '%s', 'C')";
        CompletableFuture<Void> decision =
                CompletableFuture.runAsync(() -> east.execute(insert.formatted(transaction, manager)));
        while (!decision.isDone()) {
            east.execute("select pg_cancel_backend(pid) from pg_stat_activity"
                    + " where wait_event = 'SyncRep' and query like 'insert into pgxa.manager_decision%'");
        }
        decision.join();
    }
}
