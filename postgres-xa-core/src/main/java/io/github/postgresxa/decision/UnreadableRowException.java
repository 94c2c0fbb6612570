package io.github.postgresxa.decision;

import java.sql.SQLException;

/** A row of the decision log stands, and does not say what every row of ours says. Nobody obeys it, and nobody takes it for none. */
public final class UnreadableRowException extends SQLException {

    private static final long serialVersionUID = 1L;

    UnreadableRowException(String message) {
        super(message, "22000");
    }
}
