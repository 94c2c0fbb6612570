package io.github.postgresxa.cdi.container;

import io.github.postgresxa.cdi.Node;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.inject.Named;
import jakarta.transaction.Transactional;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** An application. */
@ApplicationScoped
public class Bank {

    @Inject
    @Node("east")
    @Nullable
    DataSource east;

    @Inject
    @Named("westDataSource")
    @Nullable
    DataSource west;

    @Inject
    @Nullable
    DataSource primary;

    /** A transfer that is refused. */
    static final class Refused extends RuntimeException {
        private static final long serialVersionUID = 1L;
    }

    @Transactional
    public void transfer(int amount) throws SQLException {
        add(east, -amount);
        add(west, amount);
    }

    @Transactional
    public void refuse(int amount) throws SQLException {
        transfer(amount);
        throw new Refused();
    }

    /** Fails in the driver, before the server sees a statement for west. */
    @Transactional
    public void transferWithAWrongParameter(int amount) throws SQLException {
        add(east, -amount);
        try (Connection connection = there(west).getConnection();
                PreparedStatement statement = connection.prepareStatement("update account set balance = balance + ?")) {
            statement.setInt(2, amount);
            statement.executeUpdate();
        }
    }

    /** Asks for the rule of JTA. */
    @Transactional(dontRollbackOn = SQLException.class)
    public void depositAndThrow(int amount) throws SQLException {
        add(east, amount);
        throw new SQLException("not important");
    }

    private static DataSource there(@Nullable DataSource node) {
        if (node == null) {
            throw new IllegalStateException("nothing was injected");
        }
        return node;
    }

    private static void add(@Nullable DataSource node, int amount) throws SQLException {
        try (Connection connection = there(node).getConnection();
                Statement statement = connection.createStatement()) {
            statement.executeUpdate("update account set balance = balance + (" + amount + ")");
        }
    }
}
