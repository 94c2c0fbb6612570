package io.github.postgresxa.cdi.container;

import io.github.postgresxa.cdi.Node;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.inject.Named;
import jakarta.transaction.Transactional;
import java.sql.Connection;
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

    private static void add(@Nullable DataSource node, int amount) throws SQLException {
        if (node == null) {
            throw new IllegalStateException("nothing was injected");
        }
        try (Connection connection = node.getConnection();
                Statement statement = connection.createStatement()) {
            statement.executeUpdate("update account set balance = balance + (" + amount + ")");
        }
    }
}
