package io.github.postgresxa.spring.endpoint;

import io.github.postgresxa.PostgresXa;
import io.github.postgresxa.RecoveryReport;
import io.github.postgresxa.TransactionId;
import io.github.postgresxa.operations.DecisionState;
import io.github.postgresxa.operations.RefusedException;
import io.github.postgresxa.operations.Resolution;
import io.github.postgresxa.operations.ResolveAction;
import io.github.postgresxa.operations.ResolveRequest;
import io.github.postgresxa.spring.endpoint.PostgresXaDescriptor.RecoveryDescriptor;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.actuate.endpoint.Access;
import org.springframework.boot.actuate.endpoint.InvalidEndpointRequestException;
import org.springframework.boot.actuate.endpoint.OperationResponseBody;
import org.springframework.boot.actuate.endpoint.SecurityContext;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;
import org.springframework.boot.actuate.endpoint.annotation.Selector;
import org.springframework.boot.actuate.endpoint.annotation.WriteOperation;
import org.springframework.context.ApplicationEventPublisher;

/**
 * What an operator can see and do.
 *
 * <pre>
 * GET                what this application last saw: nodes, transactions under way, in doubt, recent recoveries
 * GET  /doctor       each node examined, now: what, why, and the command that mends it
 * GET  /prepared     what is prepared on the nodes' servers, ours and others', ?page=0&amp;size=100
 * GET  /{id}         one transaction explained
 * POST               a recovery pass over all nodes, now
 * POST /{id}         {"action": "rollback", "expected": "none", "reason": "…", "force": false}
 * </pre>
 *
 * <p>Writing needs {@code management.endpoint.postgresxa.access=unrestricted}; each order leaves an audit event and a log line.
 */
@Endpoint(id = "postgresxa", defaultAccess = Access.READ_ONLY)
public class PostgresXaEndpoint {

    private static final int PAGE = 100;

    private final PostgresXa xa;
    private final RecentRecoveries recoveries;
    private final AuditTrail audit;

    /**
     * @param xa the core
     * @param recoveries what recovery did last
     * @param events takes audit events
     */
    public PostgresXaEndpoint(PostgresXa xa, RecentRecoveries recoveries, ApplicationEventPublisher events) {
        this.xa = xa;
        this.recoveries = recoveries;
        this.audit = new AuditTrail(events);
    }

    /** {@return what this application last saw; asks no node} */
    @ReadOperation
    public PostgresXaDescriptor overview() {
        return PostgresXaDescriptor.of(xa, recoveries.list());
    }

    /**
     * Asks the nodes. Asking decides nothing.
     *
     * @param what {@code doctor}, {@code prepared}, or a transaction's id as logs and {@code pgxa.decision} show it
     * @param page of {@code prepared}, counted from 0
     * @param size of a page, 1 to 1000, default 100
     * @return what the nodes say
     */
    @ReadOperation
    public OperationResponseBody look(@Selector String what, @Nullable Integer page, @Nullable Integer size) {
        return switch (what) {
            case "doctor" -> DoctorDescriptor.of(xa.operations().doctor());
            case "prepared" -> prepared(page == null ? 0 : page, size == null ? PAGE : size);
            default -> {
                TransactionId id = id(what);
                yield TransactionDescriptor.of(xa.outcome(id), xa.operations().explain(id));
            }
        };
    }

    private PreparedDescriptor prepared(int page, int size) {
        try {
            return PreparedDescriptor.of(page, size, xa.operations().prepared(page, size));
        } catch (IllegalArgumentException e) {
            throw new InvalidEndpointRequestException(String.valueOf(e.getMessage()), "page or size out of range");
        }
    }

    /**
     * @param context who asks
     * @return what one recovery pass over all nodes did, just now
     */
    @WriteOperation
    public RecoveryDescriptor recover(SecurityContext context) {
        RecoveryReport report = xa.recoverNow();
        audit.note(
                context,
                AuditTrail.RECOVER,
                Map.of(
                        "committed",
                        report.committed(),
                        "rolledBack",
                        report.rolledBack(),
                        "inDoubt",
                        report.inDoubt()));
        return RecoveryDescriptor.of(report);
    }

    /**
     * Settles one transaction by hand.
     *
     * @param transaction its id
     * @param action {@code commit} or {@code rollback}
     * @param expected the decision that was seen: {@code none}, {@code commit}, {@code rollback} or {@code unknown}; if it is another one by now, nothing is done
     * @param reason why, for the log
     * @param force against a decision, or without one; default false
     * @param context who orders it
     * @return what came of it
     */
    @WriteOperation
    public ResolutionDescriptor resolve(
            @Selector String transaction,
            ResolveAction action,
            DecisionState expected,
            String reason,
            @Nullable Boolean force,
            SecurityContext context) {
        Map<String, Object> order = Map.of(
                "transaction",
                transaction,
                "action",
                action,
                "expected",
                expected,
                "reason",
                reason,
                "force",
                force != null && force);
        try {
            Resolution done = xa.operations()
                    .resolve(new ResolveRequest(
                            id(transaction),
                            action,
                            expected,
                            reason,
                            AuditTrail.who(context),
                            force != null && force));
            audit.note(context, AuditTrail.RESOLVE, order);
            return ResolutionDescriptor.of(done);
        } catch (RefusedException | IllegalArgumentException e) {
            audit.note(context, AuditTrail.REFUSED, order);
            throw new InvalidEndpointRequestException(String.valueOf(e.getMessage()), "refused");
        }
    }

    private static TransactionId id(String text) {
        try {
            return TransactionId.parse(text);
        } catch (IllegalArgumentException e) {
            throw new InvalidEndpointRequestException(
                    "'%s' is not a transaction id".formatted(text),
                    "Expected 36 characters, as pgxa.decision shows them, or doctor, or prepared");
        }
    }
}
