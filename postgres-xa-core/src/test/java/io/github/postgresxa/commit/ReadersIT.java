package io.github.postgresxa.commit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.postgresxa.TransactionCharacteristics;
import io.github.postgresxa.TransactionCharacteristics.Isolation;
import io.github.postgresxa.support.Bank;
import io.github.postgresxa.test.PostgresNode;
import io.github.postgresxa.test.PostgresNodes;
import jakarta.transaction.RollbackException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.postgresql.PGConnection;

@PostgresNodes({"east", "west"})
class ReadersIT {

    private final AtomicReference<TransactionCharacteristics> characteristics =
            new AtomicReference<>(TransactionCharacteristics.DEFAULT);
    private Bank bank;

    @BeforeEach
    void open(PostgresNode east, PostgresNode west) {
        bank = Bank.open(b -> b.characteristics(characteristics::get), east, west);
    }

    @AfterEach
    void nothingIsLeft() {
        assertThat(bank.prepared()).isZero();
        bank.close();
        assertThat(bank.prepared()).isZero();
    }

    @Test
    void aReadOnlyTransactionIsEnforcedByTheServerAndLeavesNothingPrepared() throws Exception {
        characteristics.set(new TransactionCharacteristics(Isolation.SERVER_DEFAULT, true));
        bank.transaction().begin();
        assertThat(bank.read("east")).isEqualTo(1000);
        assertThat(bank.read("west")).isEqualTo(1000);
        bank.transaction().commit();

        bank.transaction().begin();
        assertThatThrownBy(() -> bank.add("east", 1))
                .isInstanceOf(SQLException.class)
                .hasMessageContaining("read-only");
        bank.transaction().rollback();
        assertThat(bank.balances()).containsExactly(1000L, 1000L);

        characteristics.set(TransactionCharacteristics.DEFAULT);
        bank.transaction().begin();
        bank.add("east", 1);
        bank.transaction().commit();
        assertThat(bank.balances()).containsExactly(1001L, 1000L);
    }

    @Test
    void aBranchThroughAReadOnlyConnectionLeavesNothingPrepared() throws Exception {
        bank.transaction().begin();
        bank.add("east", 1);
        try (Connection c = bank.connection("west")) {
            c.setReadOnly(true);
            try (ResultSet rows = c.createStatement().executeQuery("select balance from account")) {
                assertThat(rows.next()).isTrue();
            }
        }
        bank.transaction().commit();
        assertThat(bank.balances()).containsExactly(1001L, 1000L);
    }

    @Test
    void aWriteThatShowedNoRowCountIsCommittedLikeAnyOther(PostgresNode west) throws Exception {
        west.execute(
                "create function deposit() returns void language sql as 'update account set balance = balance + 7'");
        bank.transaction().begin();
        bank.add("east", -7);
        bank.execute("west", "select deposit()");
        bank.transaction().commit();
        assertThat(bank.balances()).containsExactly(993L, 1007L);
    }

    @Test
    void aReadersNotificationIsNotSentIfTheTransactionRollsBack(PostgresNode east, PostgresNode west) throws Exception {
        east.execute(
                "create table parent (id int primary key)",
                "create table child (parent int references parent deferrable initially deferred)");
        try (Connection listener = west.connect()) {
            listener.createStatement().execute("listen news");
            bank.transaction().begin();
            bank.execute("east", "insert into child values (99)");
            bank.execute("west", "notify news");
            assertThatThrownBy(() -> bank.transaction().commit()).isInstanceOf(RollbackException.class);
            assertThat(listener.unwrap(PGConnection.class).getNotifications(200))
                    .isNullOrEmpty();

            bank.transaction().begin();
            bank.add("east", 1);
            bank.execute("west", "notify news");
            bank.transaction().commit();
            assertThat(listener.unwrap(PGConnection.class).getNotifications(5000))
                    .hasSize(1);
        }
    }

    @ParameterizedTest
    @EnumSource(Isolation.class)
    void theIsolationLevelArrivesAtEveryBranch(Isolation level) throws Exception {
        characteristics.set(new TransactionCharacteristics(level, false));
        String expected = level == Isolation.SERVER_DEFAULT
                ? "read committed"
                : level.name().replace('_', ' ').toLowerCase(Locale.ROOT);
        bank.transaction().begin();
        for (String node : new String[] {"east", "west"}) {
            try (Connection c = bank.connection(node);
                    ResultSet rows = c.createStatement().executeQuery("show transaction_isolation")) {
                rows.next();
                assertThat(rows.getString(1)).isEqualTo(expected);
            }
            bank.add(node, 1);
        }
        bank.transaction().commit();
        assertThat(bank.balances()).containsExactly(1001L, 1001L);
    }

    @Test
    void aSerializableReaderWhoseCommitFailsStopsTheWriters() throws Exception {
        characteristics.set(new TransactionCharacteristics(Isolation.SERIALIZABLE, false));
        bank.transaction().begin();
        bank.add("east", 1);
        assertThat(bank.read("west")).isEqualTo(1000);
        bank.transaction().commit();
        assertThat(bank.balances()).containsExactly(1001L, 1000L);
    }
}
