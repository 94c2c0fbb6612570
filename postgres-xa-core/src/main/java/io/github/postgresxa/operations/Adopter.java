package io.github.postgresxa.operations;

import io.github.postgresxa.DecisionSettings;
import io.github.postgresxa.decision.Adoptions;
import io.github.postgresxa.decision.DatabaseLocation;
import io.github.postgresxa.decision.DecisionSchema;
import io.github.postgresxa.gid.Gid;
import io.github.postgresxa.gid.NodeIdentity;
import io.github.postgresxa.log.LogMessages;
import io.github.postgresxa.node.Node;
import io.github.postgresxa.node.Wire;
import io.github.postgresxa.operations.ForcedRecords.Forced;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Adopts a copied or moved database on an operator's order. */
final class Adopter {

    private static final Logger LOG = LoggerFactory.getLogger(Operations.class);

    private static final String SESSIONS = "select count(*) from pg_stat_activity where datname = current_database()"
            + " and backend_type = 'client backend' and pid <> pg_backend_pid()";

    private static final String PREPARED =
            "select gid from pg_prepared_xacts where gid like 'pgxa/%' and database = current_database()"
                    + " order by prepared";

    private final NodeQueries queries;
    private final ForcedRecords records;
    private final DecisionSchema schema;
    private final Adoptions adoptions;

    Adopter(OperationsContext context) {
        DecisionSettings settings = context.settings();
        this.queries = context.queries();
        this.records = context.records();
        this.schema = new DecisionSchema(
                new DecisionSettings(settings.schema(), false, settings.retention(), settings.singleWriter()));
        this.adoptions = new Adoptions(settings.schema());
    }

    Adoption adopt(AdoptRequest request) {
        try {
            AdoptionContext found = gather(request.node());
            List<String> against = AdoptionRules.judge(request, found);
            Adoption done = against.isEmpty() ? carryOut(request, found) : force(request, found, against);
            LOG.warn(
                    LogMessages.ADOPTED,
                    request.requestedBy(),
                    done.node(),
                    done.origin(),
                    against.isEmpty() ? "" : ", FORCED",
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
                                name, queries.nodes().stream().map(Node::name).collect(Collectors.joining(", ")))));
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

    /** What is forced is kept before it is done, and how it ended afterwards. */
    private Adoption force(AdoptRequest request, AdoptionContext found, List<String> against) {
        Forced forced = Forced.of(request, found, against);
        try (Wires wires = new Wires()) {
            records.before(wires, List.of(forced));
            try {
                Adoption done = carryOut(request, found);
                records.after(
                        wires,
                        forced.adopted(new NodeIdentity(done.now())),
                        "done: the identity is %s, and was %s".formatted(done.now(), done.before()));
                return done;
            } catch (RefusedException refused) {
                failed(wires, forced, found, refused);
                throw refused;
            } catch (Throwable e) {
                records.after(wires, forced, Resolver.notKnown(e));
                throw e;
            }
        }
    }

    /** The answer may have been lost, or a wait for the standby cancelled: what is there now says what was done. */
    private void failed(Wires wires, Forced forced, AdoptionContext found, RefusedException refused) {
        try (Wire wire = found.node().connectForRecovery()) {
            DatabaseLocation now = schema.placeAfterChanges(wire).orElseThrow();
            if (now.equals(found.own().place())) {
                records.after(wires, forced, Resolver.text(refused));
            } else {
                records.after(
                        wires,
                        forced.adopted(now.identity()),
                        "done, as it seems: the identity is %s now. It was reported: %s"
                                .formatted(now.identity(), refused.getMessage()));
            }
        } catch (SQLException | RuntimeException e) {
            records.after(wires, forced, "it is not known whether it was done: " + refused.getMessage());
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
                    ("Node '%s' was not adopted, as far as is known (%s). The role needs to own the schema. Look again"
                                    + " with the doctor.")
                            .formatted(request.node(), NodeQueries.sentence(e)));
        }
    }
}
