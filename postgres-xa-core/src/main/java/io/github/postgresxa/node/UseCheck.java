package io.github.postgresxa.node;

import java.sql.SQLException;

/** Asked before something is executed on a connection. */
@FunctionalInterface
public interface UseCheck {

    /** Everything may run. */
    UseCheck NONE = () -> {};

    /**
     * @throws SQLException if nothing may run on it now
     */
    void refuse() throws SQLException;
}
