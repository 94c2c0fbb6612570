package io.github.postgresxa.node;

import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/** Opens connections to a node. */
@FunctionalInterface
public interface Connector {

    /** Uses the PostgreSQL driver, with limits on every wait. */
    Connector DRIVER = DriverConnector::connect;

    /** The same for people, who can wait: a limit that the node's URL states is used instead of ours. */
    Connector AS_CONFIGURED = DriverConnector::connectAsConfigured;

    /** Like {@link #DRIVER}, but sets nothing in the session. */
    Connector UNTOUCHED = DriverConnector::connectUntouched;

    /** Like {@link #AS_CONFIGURED}, but sets nothing in the session. */
    Connector UNTOUCHED_AS_CONFIGURED = DriverConnector::connectUntouchedAsConfigured;

    /**
     * Opens a connection outside the pool.
     *
     * @param node the node
     * @param username the role; null if the URL or the driver's defaults give it
     * @param password its password; null if the server needs none
     * @return a wire in no transaction
     * @throws SQLException if the node does not answer
     */
    Wire connect(Node node, @Nullable String username, @Nullable String password) throws SQLException;
}
