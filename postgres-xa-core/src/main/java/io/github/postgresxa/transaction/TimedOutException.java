package io.github.postgresxa.transaction;

import java.sql.SQLTimeoutException;

/** The transaction's time was over before its commit. */
final class TimedOutException extends SQLTimeoutException {

    private static final long serialVersionUID = 1L;

    TimedOutException(String message) {
        super(message, "25000");
    }
}
