package io.github.postgresxa.spring.doctor;

import io.github.postgresxa.PostgresXa;
import io.github.postgresxa.operations.Finding;
import io.github.postgresxa.operations.FindingTable;
import io.github.postgresxa.operations.Severity;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.context.ApplicationListener;

/** Examines the nodes once the application is ready, on a thread of its own: nobody waits for a node that does not answer. */
public final class DoctorAtStart implements ApplicationListener<ApplicationReadyEvent> {

    private static final Logger log = LoggerFactory.getLogger(DoctorAtStart.class);

    private final PostgresXa xa;

    /** @param xa the core */
    public DoctorAtStart(PostgresXa xa) {
        this.xa = xa;
    }

    @Override
    public void onApplicationEvent(ApplicationReadyEvent ready) {
        Thread visit = new Thread(this::examine, "postgres-xa doctor");
        visit.setDaemon(true);
        try {
            visit.start();
        } catch (OutOfMemoryError noThread) { // No reason to fail the start: the doctor can be called at any time.
            log.warn("The doctor did not visit at start: {}", noThread.toString());
        }
    }

    private void examine() {
        try {
            tell(xa.operations().doctor());
        } catch (RuntimeException shuttingDown) {
            log.debug("the doctor's visit was cut short", shuttingDown);
        }
    }

    private static void tell(List<Finding> findings) {
        if (findings.stream().anyMatch(f -> f.severity().compareTo(Severity.NOTICE) > 0)) {
            log.warn(
                    "The doctor examined the nodes. What should be mended:{}{}",
                    System.lineSeparator(),
                    FindingTable.of(findings, false));
        } else {
            log.info("The doctor examined the nodes: {} checks, nothing that has to be mended", findings.size());
        }
    }
}
