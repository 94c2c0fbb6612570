package io.github.postgresxa.spring.endpoint;

import io.github.postgresxa.PostgresXa;
import io.github.postgresxa.RecoveryReport;
import io.github.postgresxa.operations.DecisionState;
import io.github.postgresxa.operations.Observer;
import io.github.postgresxa.operations.RefusedException;
import io.github.postgresxa.operations.ResolveAction;
import io.github.postgresxa.spring.endpoint.PostgresXaDescriptor.RecoveryDescriptor;
import java.util.List;
import java.util.Map;
import java.util.Set;
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
 * Shows the nodes and their transactions to an operator, and carries out his requests.
 *
 * <pre>
 * GET                what this application last saw: nodes, active transactions, branches in doubt, recent recoveries
 * GET  /doctor       examines each node now: what is wrong, why it matters, and the command that fixes it
 * GET  /prepared     what is prepared on the nodes' servers, ours and others', ?page=0&amp;size=100
 * GET  /{id}         explains one transaction
 * POST               runs a recovery pass over all nodes now
 * POST /{id}         settles one transaction by hand:
 *                    {"action": "rollback", "expected": "none", "reason": "…", "force": false}
 * POST /resolve      settles many, or says what would happen to them:
 *                    {"action": "rollback", "olderThan": "10m", "reason": "…", "dryRun": true}
 * </pre>
 *
 * <p>Where the application only observes its nodes, it shows the transactions of all programs, and refuses every order.
 *
 * <p>Writing needs {@code management.endpoint.postgresxa.access=unrestricted}. Each write publishes an audit event and
 * is logged.
 */
@Endpoint(id = "postgresxa", defaultAccess = Access.READ_ONLY)
public class PostgresXaEndpoint {

    private static final int PAGE = 100;

    private final EndpointView view;
    private final AuditTrail audit;

    /**
     * Creates the endpoint.
     *
     * @param xa the core
     * @param recoveries the last results of recovery
     * @param events receives the audit events
     */
    public PostgresXaEndpoint(PostgresXa xa, RecentRecoveries recoveries, ApplicationEventPublisher events) {
        this(new ManagedView(xa, recoveries), events);
    }

    /**
     * Creates the endpoint of an application that only observes its nodes.
     *
     * @param observer observes the nodes
     * @param events receives the audit events
     */
    public PostgresXaEndpoint(Observer observer, ApplicationEventPublisher events) {
        this(new ObservedView(observer), events);
    }

    private PostgresXaEndpoint(EndpointView view, ApplicationEventPublisher events) {
        this.view = view;
        this.audit = new AuditTrail(events);
    }

    /** {@return what this application last saw; no node is queried} */
    @ReadOperation
    public OperationResponseBody overview() {
        return view.overview();
    }

    /**
     * Queries the nodes now. A query never decides an outcome.
     *
     * @param what {@code doctor}, {@code prepared}, or a transaction's id as logs and {@code pgxa.decision} show it; of
     *     observed nodes its id as this endpoint shows it, or the name of a branch
     * @param page the page of {@code prepared}, counted from 0; default 0
     * @param size the size of a page, 1 to 1000; default 100
     * @return the findings, the prepared transactions, or the explanation
     * @throws InvalidEndpointRequestException if {@code what} is no transaction id, or page or size is out of range
     */
    @ReadOperation
    public OperationResponseBody look(@Selector String what, @Nullable Integer page, @Nullable Integer size) {
        if (!what.equals("prepared") && (page != null || size != null)) {
            throw new InvalidEndpointRequestException(
                    "Only 'prepared' has pages: leave out page and size.", "no pages");
        }
        return switch (what) {
            case "doctor" -> DoctorDescriptor.of(view.operations().doctor());
            case "prepared" -> prepared(page == null ? 0 : page, size == null ? PAGE : size);
            default -> view.explain(what);
        };
    }

    private PreparedDescriptor prepared(int page, int size) {
        try {
            return PreparedDescriptor.of(page, size, view.operations().prepared(page, size));
        } catch (IllegalArgumentException e) {
            throw new InvalidEndpointRequestException(String.valueOf(e.getMessage()), "page or size out of range");
        }
    }

    /**
     * Runs one recovery pass over all nodes now.
     *
     * @param context the user, for the audit event
     * @return the result of the pass
     * @throws InvalidEndpointRequestException if the application only observes its nodes
     */
    @WriteOperation
    public RecoveryDescriptor recover(SecurityContext context) {
        RecoveryReport report;
        try {
            report = view.recover();
        } catch (RefusedException e) {
            audit.note(context, AuditTrail.REFUSED, Map.of("action", "recover"));
            throw new InvalidEndpointRequestException(String.valueOf(e.getMessage()), "refused");
        }
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
     * Settles transactions by hand: one, or with the word {@code resolve} in the place of its id those that are
     * selected. A list is a text with commas between its elements.
     *
     * @param what an id, or {@code resolve}
     * @param action {@code commit} or {@code rollback}
     * @param expected the decision that the operator saw: {@code none}, {@code commit}, {@code rollback} or
     *     {@code unknown}; what has a different one now is left alone. Needed for one transaction, and with force
     * @param reason the reason, for the log
     * @param force whether to act against a decision, or without one; default false
     * @param without what is gone for good: nodes that do not answer, and the identity of a home that no node has;
     *     force is refused while anything is missing that is not named here; default nothing
     * @param transactions of many: these ids
     * @param all of many: all that have a branch on the nodes; default false
     * @param olderThan of many: those whose branches have been prepared for longer, for example {@code 10m}
     * @param preparedOn of many: those with a branch on this node
     * @param role of many: those that this database role has prepared
     * @param manager of many: those of the transaction manager of this name
     * @param dryRun whether only to say what would happen, and why; default true for many, false for one
     * @param context the user, for the log and the audit event
     * @return the result, branch by branch, or transaction by transaction
     * @throws InvalidEndpointRequestException if the request is refused
     */
    @WriteOperation
    public OperationResponseBody resolve(
            @Selector String what,
            ResolveAction action,
            @Nullable DecisionState expected,
            String reason,
            @Nullable Boolean force,
            @Nullable List<String> without,
            @Nullable List<String> transactions,
            @Nullable Boolean all,
            @Nullable String olderThan,
            @Nullable String preparedOn,
            @Nullable String role,
            @Nullable String manager,
            @Nullable Boolean dryRun,
            SecurityContext context) {
        SettlementOrder order = new SettlementOrder(
                what,
                action,
                expected,
                reason,
                AuditTrail.who(context),
                force != null && force,
                Set.copyOf(without == null ? List.of() : without),
                new SettlementOrder.Selection(
                        transactions == null ? List.of() : transactions,
                        all != null && all,
                        olderThan,
                        preparedOn,
                        role,
                        manager),
                dryRun);
        try {
            view.checkOrders("resolve");
            OperationResponseBody done = order.carryOut(view.operations());
            audit.note(context, order.isDryRun() ? AuditTrail.DRY_RUN : AuditTrail.RESOLVE, order.audit());
            return done;
        } catch (RefusedException | IllegalArgumentException e) {
            audit.note(context, AuditTrail.REFUSED, order.audit());
            throw new InvalidEndpointRequestException(String.valueOf(e.getMessage()), "refused");
        }
    }
}
