package io.github.postgresxa.spring.doctor;

import io.github.postgresxa.operations.Finding;
import io.github.postgresxa.operations.FindingTable;
import io.github.postgresxa.operations.Operations;
import io.github.postgresxa.operations.Severity;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.context.ApplicationListener;

/**
 * Examines the nodes when the application is ready and logs what needs to be fixed. It runs on a separate thread, so
 * that a node that does not answer does not block the start.
 */
public final class DoctorAtStart implements ApplicationListener<ApplicationReadyEvent> {

    private static final Logger LOG = LoggerFactory.getLogger(DoctorAtStart.class);

    private final Operations operations;

    /**
     * Creates the listener.
     *
     * @param operations examine the nodes
     */
    public DoctorAtStart(Operations operations) {
        this.operations = operations;
    }

    @Override
    public void onApplicationEvent(ApplicationReadyEvent ready) {
        Thread examination = new Thread(this::examine, "postgres-xa doctor");
        examination.setDaemon(true);
        try {
            examination.start();
        } catch (OutOfMemoryError noThread) { // Does not fail the start: the doctor can be called at any time.
            LOG.warn("The doctor could not examine the nodes at start: {}", noThread.toString());
        }
    }

    private void examine() {
        try {
            report(operations.doctor());
        } catch (RuntimeException shuttingDown) {
            LOG.debug("The doctor's examination was interrupted", shuttingDown);
        }
    }

    private static void report(List<Finding> findings) {
        if (findings.stream().anyMatch(f -> f.severity().compareTo(Severity.NOTICE) > 0)) {
            LOG.warn(
                    "The doctor examined the nodes. These findings need to be fixed:{}{}",
                    System.lineSeparator(),
                    FindingTable.of(findings, false));
        } else {
            LOG.info("The doctor examined the nodes: {} checks, nothing to fix", findings.size());
        }
    }
}
