package io.github.postgresxa.spring.endpoint;

import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.context.ApplicationListener;

/** Says once in the log how to see the endpoint and the parts of the health, where an application shows neither. */
public final class ExposureHint implements ApplicationListener<ApplicationReadyEvent> {

    private static final Logger LOG = LoggerFactory.getLogger(ExposureHint.class);

    private final String basePath;
    private final boolean healthShowsNodes;
    private final AtomicBoolean given = new AtomicBoolean();

    /**
     * Creates the listener.
     *
     * @param basePath the path of all endpoints
     * @param healthShowsNodes whether the health already shows its parts
     */
    public ExposureHint(String basePath, boolean healthShowsNodes) {
        this.basePath = basePath;
        this.healthShowsNodes = healthShowsNodes;
    }

    @Override
    public void onApplicationEvent(ApplicationReadyEvent ready) {
        if (given.compareAndSet(false, true)) {
            LOG.info(
                    "{}/postgresxa answers 404: Spring Boot exposes no endpoint but health by default. To see nodes and"
                            + " transactions there, set management.endpoints.web.exposure.include=health,postgresxa{}",
                    basePath,
                    healthShowsNodes
                            ? ""
                            : ", and for each node in %s/health management.endpoint.health.show-details=when-authorized"
                                    .formatted(basePath));
        }
    }
}
