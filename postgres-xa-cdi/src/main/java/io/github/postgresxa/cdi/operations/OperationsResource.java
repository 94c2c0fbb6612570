package io.github.postgresxa.cdi.operations;

import io.github.postgresxa.PostgresXa;
import io.github.postgresxa.document.Json;
import io.github.postgresxa.operations.DecisionState;
import io.github.postgresxa.operations.Observer;
import io.github.postgresxa.operations.RefusedException;
import io.github.postgresxa.operations.ResolveAction;
import io.github.postgresxa.operations.ResolveRequest;
import jakarta.enterprise.inject.Instance;
import jakarta.inject.Inject;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.SecurityContext;
import java.security.Principal;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What an operator sees and does. It has no path of its own, so no server publishes it by itself: an application
 * includes it with a class.
 *
 * <pre>{@code
 * @Path("/operations/postgres-xa")
 * public class NodeOperations extends OperationsResource {}
 * }</pre>
 *
 * <pre>
 * GET                what this application last saw: nodes, active transactions, branches in doubt
 * GET  /doctor       examines each node now
 * GET  /prepared     what is prepared on the nodes' servers, ours and others', ?page=0&amp;size=100
 * GET  /{id}         explains one transaction
 * POST /recover      runs a recovery pass over all nodes now
 * POST /{id}         settles one transaction by hand: ?action=rollback&amp;expected=none&amp;reason=…
 * </pre>
 *
 * <p>Looking needs the role {@value #VIEWER} or {@value #OPERATOR}, acting {@value #OPERATOR}, whatever else protects
 * the path: the roles are asked here, because not every server obeys {@code @RolesAllowed}. An order needs the header
 * {@code Content-Type: application/json}, which no page of another site can send without being asked first.
 *
 * <p>Where the application only observes its nodes, it shows the transactions of all programs, and refuses every order.
 */
public abstract class OperationsResource {

    /** The role that may look. */
    public static final String VIEWER = "postgres-xa-viewer";

    /** The role that may act, and look. */
    public static final String OPERATOR = "postgres-xa-operator";

    private static final Logger LOG = LoggerFactory.getLogger(OperationsResource.class);

    @Inject
    @Nullable
    Instance<PostgresXa> managed; // not private: that would need reflection in Quarkus

    @Inject
    @Nullable
    Instance<Observer> observed;

    private volatile @Nullable NodesView view;

    /** Creates the resource. */
    protected OperationsResource() {}

    /**
     * Shows what this application last saw; no node is queried.
     *
     * @param security the user
     * @return nodes, active transactions, branches in doubt
     */
    @GET
    @Produces(MediaType.APPLICATION_JSON)
    public Response overview(@Context SecurityContext security) {
        return look(security, () -> view().overview());
    }

    /**
     * Examines the nodes now.
     *
     * @param security the user
     * @return what is wrong, and what fixes it
     */
    @GET
    @Path("doctor")
    @Produces(MediaType.APPLICATION_JSON)
    public Response doctor(@Context SecurityContext security) {
        return look(security, () -> Map.of("findings", view().operations().doctor()));
    }

    /**
     * Lists what is prepared on the nodes' servers.
     *
     * @param page counted from 0
     * @param size 1 to 1000
     * @param security the user
     * @return one page
     */
    @GET
    @Path("prepared")
    @Produces(MediaType.APPLICATION_JSON)
    public Response prepared(
            @QueryParam("page") @DefaultValue("0") String page,
            @QueryParam("size") @DefaultValue("100") String size,
            @Context SecurityContext security) {
        return look(security, () -> view().operations().prepared(number("page", page), number("size", size)));
    }

    /**
     * Explains one transaction.
     *
     * @param id its id
     * @param security the user
     * @return what is known, and what happens next
     */
    @GET
    @Path("{id}")
    @Produces(MediaType.APPLICATION_JSON)
    public Response explain(@PathParam("id") String id, @Context SecurityContext security) {
        return look(security, () -> view().explain(id));
    }

    /**
     * Runs one recovery pass over all nodes now.
     *
     * @param contentType has to be JSON
     * @param security the user
     * @return what it did
     */
    @POST
    @Path("recover")
    @Produces(MediaType.APPLICATION_JSON)
    public Response recover(
            @HeaderParam(HttpHeaders.CONTENT_TYPE) @Nullable String contentType, @Context SecurityContext security) {
        return act(security, contentType, "recover", () -> view().recover());
    }

    /**
     * Settles one transaction by hand.
     *
     * @param id its id
     * @param action {@code commit} or {@code rollback}
     * @param expected the decision that the operator saw: {@code none}, {@code commit}, {@code rollback} or {@code
     *     unknown}; if it is another one by now, nothing is done
     * @param reason why, for the log
     * @param force whether to act against a decision, or without one
     * @param without what is gone for good
     * @param contentType has to be JSON
     * @param security the user
     * @return the result, branch by branch
     */
    @POST
    @Path("{id}")
    @Produces(MediaType.APPLICATION_JSON)
    public Response resolve(
            @PathParam("id") String id,
            @QueryParam("action") @Nullable String action,
            @QueryParam("expected") @Nullable String expected,
            @QueryParam("reason") @DefaultValue("") String reason,
            @QueryParam("force") @DefaultValue("false") String force,
            @QueryParam("without") @Nullable List<String> without,
            @HeaderParam(HttpHeaders.CONTENT_TYPE) @Nullable String contentType,
            @Context SecurityContext security) {
        return act(
                security,
                contentType,
                "resolve " + id,
                () -> view().operations()
                        .resolve(new ResolveRequest(
                                NodesView.id(id),
                                word("action", action, ResolveAction.class),
                                word("expected", expected, DecisionState.class),
                                reason,
                                who(security),
                                flag(force),
                                Set.copyOf(without == null ? List.of() : without))));
    }

    /** Asks for the beans once: each answer of an {@link Instance} is kept as long as this object. */
    private NodesView view() {
        NodesView known = view;
        if (known == null) {
            known = chosen();
            view = known;
        }
        return known;
    }

    private NodesView chosen() {
        if (managed == null || observed == null) {
            throw new IllegalStateException("The resource was not made by CDI: let its class be a bean.");
        }
        if (managed.isResolvable()) {
            return new NodesView.Managed(managed.get());
        }
        if (observed.isResolvable()) {
            return new NodesView.Observed(observed.get());
        }
        throw new IllegalArgumentException("There are no nodes in this application: postgres.xa.enabled is false.");
    }

    private static Response look(SecurityContext security, Supplier<Object> answer) {
        return has(security, VIEWER) || has(security, OPERATOR)
                ? answered(answer)
                : error(Response.Status.FORBIDDEN, "This needs the role %s.".formatted(VIEWER));
    }

    private static Response act(
            SecurityContext security, @Nullable String contentType, String order, Supplier<Object> answer) {
        if (!has(security, OPERATOR)) {
            LOG.warn("Refused to {}: '{}' has not the role {}.", order, who(security), OPERATOR);
            return error(Response.Status.FORBIDDEN, "This needs the role %s. Nothing was done.".formatted(OPERATOR));
        }
        if (!isJson(contentType)) {
            return error(
                    Response.Status.UNSUPPORTED_MEDIA_TYPE,
                    "An order needs the header 'Content-Type: application/json'. Nothing was done.");
        }
        LOG.info("'{}' orders: {}", who(security), order);
        return answered(answer);
    }

    /** {@return whether the user has a role} Where the application has no security, Quarkus cannot be asked. */
    private static boolean has(SecurityContext security, String role) {
        try {
            return security.isUserInRole(role);
        } catch (RuntimeException e) {
            LOG.warn("The role {} cannot be checked, so the user does not have it: {}", role, e.toString());
            return false;
        }
    }

    private static Response answered(Supplier<Object> answer) {
        try {
            return Response.ok(Json.write(answer.get()), MediaType.APPLICATION_JSON_TYPE)
                    .build();
        } catch (IllegalArgumentException | RefusedException refused) {
            return error(Response.Status.BAD_REQUEST, String.valueOf(refused.getMessage()));
        }
    }

    private static Response error(Response.Status status, String message) {
        return Response.status(status)
                .entity(Json.write(Map.of("error", message)))
                .type(MediaType.APPLICATION_JSON_TYPE)
                .build();
    }

    private static String who(SecurityContext security) {
        try {
            Principal user = security.getUserPrincipal();
            return user == null ? "unknown" : user.getName();
        } catch (RuntimeException e) {
            return "unknown";
        }
    }

    /** Types that contain others, such as a wildcard, are not asked for before they are sent. */
    private static boolean isJson(@Nullable String contentType) {
        String type = contentType == null ? "" : contentType.split(";", 2)[0].strip();
        return type.equalsIgnoreCase(MediaType.APPLICATION_JSON);
    }

    private static int number(String name, String text) {
        try {
            return Integer.parseInt(text);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("'%s' is a number, and not '%s'.".formatted(name, text), e);
        }
    }

    private static boolean flag(String text) {
        if (!text.equals("true") && !text.equals("false")) {
            throw new IllegalArgumentException("'force' is true or false. Nothing was done.");
        }
        return text.equals("true");
    }

    private static <E extends Enum<E>> E word(String name, @Nullable String text, Class<E> type) {
        for (E constant : type.getEnumConstants()) {
            if (text != null && constant.name().equalsIgnoreCase(text)) {
                return constant;
            }
        }
        String words = Stream.of(type.getEnumConstants()).map(Enum::name).collect(Collectors.joining(", "));
        throw new IllegalArgumentException(
                "Say with '%s' one of: %s. Nothing was done.".formatted(name, words.toLowerCase(Locale.ROOT)));
    }
}
