package io.github.postgresxa.log;

import java.lang.System.Logger.Level;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.LoggerFactory;
import org.slf4j.helpers.NOPLoggerFactory;
import org.slf4j.spi.SLF4JServiceProvider;

/**
 * Says that no line of the log is written: SLF4J finds no provider beside it and drops them all. That is common on
 * servers, which have a log of their own and hide the one that they use themselves.
 */
public final class LostLog {

    private static final AtomicBoolean SAID = new AtomicBoolean();

    private LostLog() {}

    /**
     * Says it on the log of the platform, with what to add. Once, however many instances there are; and not to those
     * who chose silence with a provider.
     */
    public static void report() {
        if (isLost() && SAID.compareAndSet(false, true)) {
            System.getLogger("io.github.postgresxa").log(Level.WARNING, LogMessages.NO_PROVIDER);
        }
    }

    private static boolean isLost() {
        try {
            return LoggerFactory.getILoggerFactory() instanceof NOPLoggerFactory && !isChosen();
        } catch (LinkageError olderSlf4j) {
            return false;
        }
    }

    private static boolean isChosen() {
        try {
            return ServiceLoader.load(SLF4JServiceProvider.class, LoggerFactory.class.getClassLoader()).stream()
                    .findAny()
                    .isPresent();
        } catch (ServiceConfigurationError notUsable) {
            return false;
        }
    }
}
