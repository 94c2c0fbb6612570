package io.github.postgresxa.manager.atomikos;

import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Keeps Atomikos from writing an advert and its search for a logging library to the process's standard output while it starts. Everything else that
 * is printed meanwhile goes through.
 */
final class QuietStart implements AutoCloseable {

    /** Where Atomikos finds no other logging library. Held here, because the JDK forgets a logger's level with the logger. */
    private static final Logger JDK_LOG = Logger.getLogger("com.atomikos");

    private static final String REGISTERED = "com.atomikos.icatch.registered";

    private final PrintStream before = System.out;
    private final @Nullable String registered = System.getProperty(REGISTERED);

    QuietStart() {
        if (registered == null) {
            System.setProperty(REGISTERED, "true"); // It is read before any property can be set in another way.
        }
        System.setOut(new Filter(before));
    }

    /** What it warns of, with a stack trace each, is what the application is told by an exception; errors are let through. */
    void loadLogging() {
        if (JDK_LOG.getLevel() == null) {
            JDK_LOG.setLevel(Level.SEVERE);
        }
        try {
            Class.forName("com.atomikos.logging.LoggerFactory");
        } catch (ClassNotFoundException e) {
            throw new IllegalStateException("Atomikos is not complete on the class path: its logging is missing", e);
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
