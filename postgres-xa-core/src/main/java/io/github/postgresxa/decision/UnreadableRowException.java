package io.github.postgresxa.decision;

import java.sql.SQLException;

/**
 * A row of the decision log exists, but does not have the content of our rows. No process obeys it, and no process
 * takes it for a missing row.
 */
public final class UnreadableRowException extends SQLException {

    private static final long serialVersionUID = 1L;

    UnreadableRowException(String message) {
        super(message, "22000");
    }
}
