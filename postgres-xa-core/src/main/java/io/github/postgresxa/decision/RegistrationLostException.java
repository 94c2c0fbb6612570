package io.github.postgresxa.decision;

import java.sql.SQLException;

/** The registration of a transaction manager is not there any more, so nothing was written for it. */
public final class RegistrationLostException extends SQLException {

    private static final long serialVersionUID = 1L;

    RegistrationLostException(String message) {
        super(message);
    }
}
