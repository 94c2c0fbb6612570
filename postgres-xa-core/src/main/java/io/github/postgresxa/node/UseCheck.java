package io.github.postgresxa.node;

import java.sql.SQLException;

/** A check that runs before something is executed on a connection. It may wait. */
@FunctionalInterface
public interface UseCheck {

    /** Allows everything. */
    UseCheck NONE = () -> {};

    /**
     * Fails if nothing may run now.
     *
     * @throws SQLException if nothing may run on the connection now
     */
    void refuse() throws SQLException;
}
