package io.github.postgresxa.node;

import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/** Opens a conversation with a node. */
@FunctionalInterface
public interface Connector {

    /** Over the PostgreSQL driver, with limits on every wait. */
    Connector DRIVER = DriverConnector::connect;

    /**
     * @param node a node
     * @param username the role; null if the URL or the driver's defaults say it
     * @param password null if the server asks for none
     * @return a wire outside the pool, in no transaction
     * @throws SQLException if the node does not answer
     */
    Wire connect(Node node, @Nullable String username, @Nullable String password) throws SQLException;
}
