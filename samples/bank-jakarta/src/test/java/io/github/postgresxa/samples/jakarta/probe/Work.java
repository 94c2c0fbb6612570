package io.github.postgresxa.samples.jakarta.probe;

import io.github.postgresxa.cdi.Node;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import jakarta.transaction.UserTransaction;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import javax.sql.DataSource;

/** Transactions that do not go well. */
@ApplicationScoped
public class Work {

    @Inject
    @Node("east")
    DataSource east;

    @Inject
    @Node("west")
    DataSource west;

    @Inject
    UserTransaction transaction;

    @Inject
    InnerWork inner;

    /** Moves money, and throws. */
    @Transactional
    public void refuse() throws SQLException {
        transfer();
        throw new IllegalStateException("refused");
    }

    /** Does not look at the failure of a statement on the one node. */
    @Transactional
    public void swallow() throws SQLException {
        execute(east, "update account set balance = balance - 1 where id = 1");
        try {
            execute(west, "update account set balance = balance / 0 where id = 1");
        } catch (SQLException swallowed) {
            System.getLogger("probe").log(System.Logger.Level.INFO, "swallowed");
        }
    }

    /** Asks for two seconds, and takes eight. */
    public void late() throws Exception {
        transaction.setTransactionTimeout(2);
        try {
            transaction.begin();
            try {
                transfer();
                execute(west, "select pg_sleep(8)");
            } catch (SQLException e) {
                transaction.rollback();
                throw e;
            }
            transaction.commit();
        } finally {
            transaction.setTransactionTimeout(0);
        }
    }

    /** Is refused, but what it asks a transaction of its own to do stays. */
    @Transactional
    public void outer() throws SQLException {
        execute(east, "update account set balance = balance - 1 where id = 1");
        inner.add(west);
        throw new IllegalStateException("refused");
    }

    private void transfer() throws SQLException {
        execute(east, "update account set balance = balance - 1 where id = 1");
        execute(west, "update account set balance = balance + 1 where id = 1");
    }

    static void execute(DataSource node, String sql) throws SQLException {
        try (Connection connection = node.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
