package io.github.postgresxa.manager.narayana;

import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * Keeps Narayana from logging a stack trace for each commit that ends in a rollback, where no logging library is
 * configured. What it warns of reaches the application as an exception.
 */
final class QuietLog {

    /** It is referenced here, because the JDK drops a logger's level together with the logger. */
    private static final Logger JDK_LOG = Logger.getLogger("com.arjuna");

    private QuietLog() {}

    static void unlessConfigured() {
        if (JDK_LOG.getLevel() == null) {
            JDK_LOG.setLevel(Level.SEVERE);
        }
    }
}
