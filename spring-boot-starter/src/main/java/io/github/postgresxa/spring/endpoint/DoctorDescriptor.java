package io.github.postgresxa.spring.endpoint;

import io.github.postgresxa.operations.Finding;
import io.github.postgresxa.operations.Severity;
import java.util.Comparator;
import java.util.List;
import org.springframework.boot.actuate.endpoint.OperationResponseBody;

/**
 * Shows what the doctor finds on each node now.
 *
 * @param worst the worst severity of all findings
 * @param findings the findings, the worst of each node first
 */
public record DoctorDescriptor(Severity worst, List<Finding> findings) implements OperationResponseBody {

    static DoctorDescriptor of(List<Finding> findings) {
        return new DoctorDescriptor(
                findings.stream()
                        .map(Finding::severity)
                        .max(Comparator.naturalOrder())
                        .orElse(Severity.OK),
                findings);
    }
}
