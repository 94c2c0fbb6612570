package io.github.postgresxa.manager.atomikos;

import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Keeps Atomikos from printing an advert and its search for a logging library to standard output while it starts. All
 * other output passes.
 */
final class QuietStart implements AutoCloseable {

    /**
     * The logger that Atomikos uses without another logging library. It is referenced here, because the JDK drops a
     * logger's level together with the logger.
     */
    private static final Logger JDK_LOG = Logger.getLogger("com.atomikos");

    private static final String REGISTERED = "com.atomikos.icatch.registered";

    private final PrintStream before = System.out;
    private final @Nullable String registered = System.getProperty(REGISTERED);

    QuietStart() {
        if (registered == null) {
            System.setProperty(REGISTERED, "true"); // Atomikos reads it before any property can be set in another way.
        }
        System.setOut(new Filter(before));
    }

    /**
     * Loads the logging, at level SEVERE unless another one is set. What Atomikos warns of, with a stack trace each,
     * reaches the application as an exception.
     */
    void loadLogging() {
        if (JDK_LOG.getLevel() == null) {
            JDK_LOG.setLevel(Level.SEVERE);
        }
        try {
            Class.forName("com.atomikos.logging.LoggerFactory");
        } catch (ClassNotFoundException e) {
            NoClassDefFoundError missing = new NoClassDefFoundError(e.getMessage());
            missing.initCause(e);
            throw missing;
        }
    }

    @Override
    public void close() {
        System.setOut(before);
        if (registered == null) {
            System.clearProperty(REGISTERED);
        }
    }

    private static final class Filter extends PrintStream {

        Filter(PrintStream out) {
            super(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8);
            this.out = out;
        }

        @Override
        public void println(@Nullable String line) {
            if (line == null || !line.startsWith("No org.")) {
                ((PrintStream) out).println(line);
            }
        }
    }
}
