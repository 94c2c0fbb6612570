package io.github.postgresxa.test.server;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.Properties;
import org.postgresql.Driver;

/** Opens connections with the driver itself, because {@code DriverManager} does not see it from every class loader. */
final class Login {
    private Login() {}

    static Connection connect(String url, String username, String password) throws SQLException {
        var login = new Properties();
        login.setProperty("user", username);
        login.setProperty("password", password);
        var connection = new Driver().connect(url, login);
        if (connection == null) {
            throw new SQLException("the PostgreSQL driver does not accept " + url);
        }
        return connection;
    }
}
