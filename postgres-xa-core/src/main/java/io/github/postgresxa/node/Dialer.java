package io.github.postgresxa.node;

import java.sql.SQLException;

/** Opens a conversation with a node. */
@FunctionalInterface
public interface Dialer {

    /** Over the PostgreSQL driver, with limits on every wait. */
    Dialer DRIVER = DriverDialer::dial;

    /**
     * @param node a node
     * @return a wire outside the pool, in no transaction
     * @throws SQLException if the node does not answer
     */
    Wire dial(Node node) throws SQLException;
}
