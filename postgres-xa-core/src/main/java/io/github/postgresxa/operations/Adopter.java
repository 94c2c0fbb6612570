package io.github.postgresxa.operations;

import io.github.postgresxa.DecisionSettings;
import io.github.postgresxa.decision.Adoptions;
import io.github.postgresxa.decision.DecisionSchema;
import io.github.postgresxa.gid.Gid;
import io.github.postgresxa.gid.NodeIdentity;
import io.github.postgresxa.log.LogMessages;
import io.github.postgresxa.node.Node;
import io.github.postgresxa.node.Wire;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Adopts a copied or moved database on an operator's order. If what the nodes show contradicts the order, the order is
 * refused, or needs force where the operator may know better.
 */
final class Adopter {

    private static final Logger LOG = LoggerFactory.getLogger(Operations.class);

    private static final String SESSIONS = "select count(*) from pg_stat_activity where datname = current_database()"
            + " and backend_type = 'client backend' and pid <> pg_backend_pid()";

    private static final String PREPARED =
            "select gid from pg_prepared_xacts where gid like 'pgxa/%' and database = current_database()"
                    + " order by prepared";

    private final NodeQueries queries;
    private final DecisionSchema schema;
    private final Adoptions adoptions;

    Adopter(NodeQueries queries, DecisionSettings settings) {
        this.queries = queries;
        this.schema = new DecisionSchema(
                new DecisionSettings(settings.schema(), false, settings.retention(), settings.singleWriter()));
        this.adoptions = new Adoptions(settings.schema());
    }

    Adoption adopt(AdoptRequest request) {
        try {
            AdoptionContext found = gather(request.node());
            if (request.origin() == Origin.COPY) {
                checkCopy(request, found);
            } else {
                checkMoved(request, found);
            }
            Adoption done = carryOut(request, found);
            LOG.warn(
                    LogMessages.ADOPTED,
                    request.requestedBy(),
                    done.node(),
                    done.origin(),
                    request.force() ? ", FORCED" : "",
                    done.before(),
                    done.now(),
                    found.own().place().actual(),
                    request.reason());
            return done;
        } catch (RefusedException refused) {
            LOG.warn(
                    LogMessages.ADOPTION_REFUSED,
                    request.requestedBy(),
                    request.node(),
                    request.origin(),
                    refused.getMessage(),
                    request.reason());
            throw refused;
        }
    }

    private AdoptionContext gather(String name) {
        Node node = queries.nodes().stream()
                .filter(n -> n.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new RefusedException("There is no node '%s'; these are known: %s."
                        .formatted(
                                name, queries.nodes().stream().map(Node::name).toList())));
        NodeQueries.Answers<AdoptionContext.View> answers = queries.ask(this::view);
        Map<Node, AdoptionContext.View> others = new LinkedHashMap<>(answers.answers());
        AdoptionContext.View own = others.remove(node);
        if (own == null) {
            throw new RefusedException("Node '%s' cannot be adopted: %s"
                    .formatted(name, answers.unreachable().get(name)));
        }
        return new AdoptionContext(node, own, others, answers.unreachable());
    }

    private AdoptionContext.View view(Node node, Wire wire) throws SQLException {
        return new AdoptionContext.View(
                schema.place(wire).orElseThrow(() -> new SQLException("it has no decision schema")),
                Rows.number(Rows.one(wire, SESSIONS), 0),
                Rows.of(wire, PREPARED).stream()
                        .map(row -> Gid.ours(Rows.text(row, 0)))
                        .flatMap(Optional::stream)
                        .toList());
    }

    private static void checkCopy(AdoptRequest request, AdoptionContext found) {
        if (!found.otherName().isEmpty()) {
            throw new RefusedException(
                    ("Nodes '%s' and '%s' are one and the same database under two names. Configure it once, or correct"
                                    + " one of the URLs.")
                            .formatted(request.node(), found.otherName()));
        }
        if (found.own().place().here()) {
            onlyForced(
                    request,
                    ("The identity %s of node '%s' belongs to this very database. If this is the original, branches"
                                            + " elsewhere lose their home for ever. Only a copy of the server's files")
                                    .formatted(found.identity(), request.node())
                            + " (base backup, snapshot of a disk) may get another one.");
            if (found.own().sessions() > 0) {
                throw new RefusedException(
                        ("%d sessions are connected to the database of node '%s'. Stop every application that uses it:"
                                        + " their connections would go on under the old identity.")
                                .formatted(found.own().sessions(), request.node()));
            }
        } else if (found.originals().isEmpty()) {
            checkCopyWithoutOriginal(request, found);
        }
    }

    /**
     * Checks that a copy has an original that answers. The copy's log is emptied: without another one, no record
     * remains of what was decided.
     */
    private static void checkCopyWithoutOriginal(AdoptRequest request, AdoptionContext found) {
        if (!found.unreachable().isEmpty()) {
            onlyForced(
                    request,
                    ("These nodes do not answer: %s. Branches there may wait for decisions that are in the log of node"
                                    + " '%s', which would be emptied, and none of the nodes that answer is its"
                                    + " original. Bring them back first; if the original is gone for good, adopt"
                                    + " this one as moved.")
                            .formatted(found.unreachable(), request.node()));
        }
        if (!found.waiting().isEmpty()) {
            onlyForced(
                    request,
                    ("Branches on %s wait for a home with the identity of node '%s', and none of these nodes is its"
                                    + " original. If that is gone, adopt this one as moved; else name the original,"
                                    + " too.")
                            .formatted(found.waiting(), request.node()));
        }
    }

    private static void checkMoved(AdoptRequest request, AdoptionContext found) {
        if (found.own().place().here()) {
            throw new RefusedException(
                    "The identity %s of node '%s' belongs to this very database: there is nothing to do."
                            .formatted(found.identity(), request.node()));
        }
        if (!found.originals().isEmpty()) {
            throw new RefusedException(
                    ("The original of node '%s' answers, as node '%s'. Two databases with one identity decide for each"
                                    + " other. Adopt this one as a copy.")
                            .formatted(request.node(), found.originals().get(0).name()));
        }
        if (!found.unreachable().isEmpty()) {
            onlyForced(
                    request,
                    "These nodes do not answer, and one of them may be the original: %s."
                            .formatted(NodeQueries.inWords(found.unreachable())));
        }
        if (!found.waiting().isEmpty()) {
            onlyForced(
                    request,
                    ("Branches on %s wait for a decision of node '%s'. If its log was copied before the original made"
                                    + " its last decision, they end the wrong way. If the original was stopped"
                                    + " first, nothing is missing.")
                            .formatted(found.waiting(), request.node()));
        }
    }

    private static void onlyForced(AdoptRequest request, String why) {
        if (!request.force()) {
            throw new RefusedException(why + " If you know better, order it again with force.");
        }
    }

    private Adoption carryOut(AdoptRequest request, AdoptionContext found) {
        try (Wire wire = found.node().connectForRecovery()) {
            boolean copy = request.origin() == Origin.COPY;
            NodeIdentity now = copy
                    ? adoptions.copy(wire, found.own().place())
                    : adoptions.moved(wire, found.own().place());
            return new Adoption(
                    request.node(),
                    request.origin(),
                    found.identity().text(),
                    now.text(),
                    copy ? found.foreign() : List.of());
        } catch (SQLException e) {
            throw new RefusedException(
                    ("Node '%s' was not adopted, as far as is known: %s. The role needs to own the schema. Look again"
                                    + " with the doctor.")
                            .formatted(request.node(), NodeQueries.sentence(e)));
        }
    }
}
