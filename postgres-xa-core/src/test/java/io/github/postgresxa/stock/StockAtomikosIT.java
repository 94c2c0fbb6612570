package io.github.postgresxa.stock;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.atomikos.icatch.jta.UserTransactionManager;
import com.atomikos.jdbc.AtomikosDataSourceBean;
import io.github.postgresxa.test.PostgresNode;
import io.github.postgresxa.test.PostgresNodes;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;
import org.postgresql.xa.PGXADataSource;

/**
 * Why this project exists: the claims of {@code CommitIT} and {@code ReadersIT} do not hold for plain Atomikos with
 * the driver's XADataSource, configured as its documentation says.
 */
@PostgresNodes({"east", "west"})
@TestInstance(Lifecycle.PER_CLASS)
class StockAtomikosIT {

    private PostgresNode east;
    private PostgresNode west;
    private UserTransactionManager manager;
    private AtomikosDataSourceBean eastPool;
    private AtomikosDataSourceBean westPool;

    @BeforeAll
    void start(PostgresNode east, PostgresNode west, @TempDir Path logs) throws Exception {
        this.east = east;
        this.west = west;
        System.setProperty("com.atomikos.icatch.registered", "true");
        System.setProperty("com.atomikos.icatch.log_base_dir", logs.toString());
        System.setProperty("com.atomikos.icatch.tm_unique_name", "stock");
        manager = new UserTransactionManager();
        manager.init();
        eastPool = pool(east);
        westPool = pool(west);
    }

    private static AtomikosDataSourceBean pool(PostgresNode node) {
        PGXADataSource driver = new PGXADataSource();
        driver.setUrl(node.jdbcUrl());
        driver.setUser(node.username());
        driver.setPassword(node.password());
        AtomikosDataSourceBean pool = new AtomikosDataSourceBean();
        pool.setUniqueResourceName(node.name());
        pool.setXaDataSource(driver);
        pool.setPoolSize(3);
        return pool;
    }

    @AfterAll
    void stop() {
        eastPool.close();
        westPool.close();
        manager.setForceShutdown(true);
        manager.close();
        for (String property : List.of("registered", "log_base_dir", "tm_unique_name")) {
            System.clearProperty("com.atomikos.icatch." + property);
        }
    }

    @BeforeEach
    void accounts() {
        for (PostgresNode node : List.of(east, west)) {
            node.execute(
                    "create table if not exists account (id int primary key,"
                            + " balance bigint not null check (balance >= 0))",
                    "insert into account values (1, 1000) on conflict (id) do update set balance = 1000");
        }
    }

    private static void add(AtomikosDataSourceBean pool, long amount) throws SQLException {
        try (Connection c = pool.getConnection();
                Statement s = c.createStatement()) {
            s.executeUpdate("update account set balance = balance + " + amount + " where id = 1");
        }
    }

    @Test
    void aSwallowedErrorBecomesAPartialCommitAndTheCallerIsNotTold() throws Exception {
        manager.begin();
        add(eastPool, -10);
        add(westPool, 10);
        assertThatThrownBy(() -> add(westPool, -5000)).isInstanceOf(SQLException.class);
        // Returns normally.
        manager.commit();

        assertThat(east.queryForLong("select balance from account")).isEqualTo(990);
        assertThat(west.queryForLong("select balance from account"))
                .as("the ten are gone")
                .isEqualTo(1000);
    }

    @Test
    void aBranchThroughAReadOnlyConnectionStaysPrepared() throws Exception {
        manager.begin();
        add(eastPool, 1);
        try (Connection c = readOnlyWest().getConnection();
                Statement s = c.createStatement()) {
            s.executeQuery("select balance from account").close();
        }
        manager.commit();

        assertThat(west.preparedTransactions())
                .as("left with its locks, and nobody will finish it")
                .hasSize(1);
        west.execute("rollback prepared '" + west.preparedTransactions().get(0).gid() + "'");
    }

    private AtomikosDataSourceBean readOnlyWest() {
        PGXADataSource driver = new PGXADataSource();
        driver.setUrl(west.jdbcUrl());
        driver.setUser(west.username());
        driver.setPassword(west.password());
        driver.setReadOnly(true);
        AtomikosDataSourceBean pool = new AtomikosDataSourceBean();
        pool.setUniqueResourceName("west-read-only");
        pool.setXaDataSource(driver);
        return pool;
    }
}
