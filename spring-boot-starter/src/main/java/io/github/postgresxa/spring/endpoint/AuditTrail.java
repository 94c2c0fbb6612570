package io.github.postgresxa.spring.endpoint;

import java.security.Principal;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.actuate.audit.listener.AuditApplicationEvent;
import org.springframework.boot.actuate.endpoint.SecurityContext;
import org.springframework.context.ApplicationEventPublisher;

/** Publishes an audit event of Spring Boot for every operation that an operator requests. */
final class AuditTrail {

    static final String RECOVER = "POSTGRES_XA_RECOVER";
    static final String RESOLVE = "POSTGRES_XA_RESOLVE";
    static final String DRY_RUN = "POSTGRES_XA_RESOLVE_DRY_RUN";
    static final String REFUSED = "POSTGRES_XA_RESOLVE_REFUSED";

    private final ApplicationEventPublisher events;

    AuditTrail(ApplicationEventPublisher events) {
        this.events = events;
    }

    void note(SecurityContext context, String type, Map<String, Object> data) {
        events.publishEvent(new AuditApplicationEvent(who(context), type, data));
    }

    static String who(SecurityContext context) {
        Principal principal = context.getPrincipal();
        String name = principal == null ? null : principal.getName();
        return name(name);
    }

    private static String name(@Nullable String name) {
        return name == null || name.isBlank() ? "anonymous" : name;
    }
}
