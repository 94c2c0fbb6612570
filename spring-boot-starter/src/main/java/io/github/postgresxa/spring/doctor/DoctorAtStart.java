package io.github.postgresxa.spring.doctor;

import io.github.postgresxa.operations.Operations;
import io.github.postgresxa.operations.StartExamination;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.context.ApplicationListener;

/** Examines the nodes when the application is ready and logs what needs to be fixed. */
public final class DoctorAtStart implements ApplicationListener<ApplicationReadyEvent> {

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
        StartExamination.begin(operations);
    }
}
