package io.github.postgresxa.operations;

import io.github.postgresxa.log.LogMessages;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Examines the nodes when an application is ready and logs what needs to be fixed. It runs on a separate thread, so
 * that a node that does not answer does not block the start.
 */
public final class StartExamination {

    private static final Logger LOG = LoggerFactory.getLogger(StartExamination.class);

    private StartExamination() {}

    /**
     * Begins the examination, and does not wait for it. Without a thread for it the application starts all the same:
     * the doctor can be called at any time.
     *
     * @param operations examine the nodes
     */
    public static void begin(Operations operations) {
        Thread examination = new Thread(() -> examine(operations), "postgres-xa doctor");
        examination.setDaemon(true);
        try {
            examination.start();
        } catch (OutOfMemoryError noThread) {
            LOG.warn(LogMessages.NOT_EXAMINED, noThread.toString());
        }
    }

    private static void examine(Operations operations) {
        try {
            report(operations.doctor());
        } catch (RuntimeException shuttingDown) {
            LOG.debug(LogMessages.EXAMINATION_INTERRUPTED, shuttingDown);
        }
    }

    private static void report(List<Finding> findings) {
        if (findings.stream().anyMatch(f -> f.severity().compareTo(Severity.NOTICE) > 0)) {
            LOG.warn(LogMessages.TO_FIX, System.lineSeparator(), FindingTable.of(findings, false));
        } else {
            LOG.info(LogMessages.NOTHING_TO_FIX, findings.size());
        }
    }
}
