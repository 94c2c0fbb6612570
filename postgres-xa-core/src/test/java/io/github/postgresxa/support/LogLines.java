package io.github.postgresxa.support;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.util.List;
import org.slf4j.LoggerFactory;

/** What an operator reads. */
public final class LogLines {

    private LogLines() {}

    /** {@return the lines of one logger at INFO or above while something runs} */
    public static List<String> of(Class<?> type, Runnable action) {
        return of(type.getName(), action);
    }

    /** {@return the lines of the logger with this name at INFO or above while something runs} */
    public static List<String> of(String name, Runnable action) {
        Logger logger = (Logger) LoggerFactory.getLogger(name);
        ListAppender<ILoggingEvent> appender = new ListAppender<>();
        appender.start();
        Level before = logger.getLevel();
        logger.setLevel(Level.INFO);
        logger.addAppender(appender);
        try {
            action.run();
            return List.copyOf(appender.list).stream()
                    .map(ILoggingEvent::getFormattedMessage)
                    .toList();
        } finally {
            logger.detachAppender(appender);
            logger.setLevel(before);
        }
    }
}
