package io.github.postgresxa.operations;

import io.github.postgresxa.DecisionSettings;
import io.github.postgresxa.decision.Adoptions;
import io.github.postgresxa.decision.DatabaseLocation;
import io.github.postgresxa.decision.DecisionSchema;
import io.github.postgresxa.decision.UnconfirmedCommitException;
import io.github.postgresxa.gid.Gid;
import io.github.postgresxa.gid.NodeIdentity;
import io.github.postgresxa.log.LogMessages;
import io.github.postgresxa.node.MonotonicClock;
import io.github.postgresxa.node.Node;
import io.github.postgresxa.node.Wire;
import io.github.postgresxa.operations.ForcedRecords.Forced;
import java.sql.SQLException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Adopts a copied or moved database on an operator's order. */
final class Adopter {

    private static final Logger LOG = LoggerFactory.getLogger(Operations.class);

    private static final String SESSIONS = "select count(*) from pg_stat_activity where datname = current_database()"
            + " and backend_type = 'client backend' and pid <> pg_backend_pid()";

    private static final Duration SESSIONS_END = Duration.ofSeconds(5);
    private static final Duration PAUSE = Duration.ofMillis(200);

    private static final String PREPARED =
            "select gid from pg_prepared_xacts where gid like 'pgxa/%' and database = current_database()"
                    + " order by prepared";

    private final NodeQueries queries;
    private final ForcedRecords records;
    private final NextSteps next;
    private final DecisionSchema schema;
    private final Adoptions adoptions;

    Adopter(OperationsContext context) {
        DecisionSettings settings = context.settings();
        this.queries = context.queries();
        this.records = context.records();
        this.next = context.next();
        this.schema = new DecisionSchema(
                new DecisionSettings(settings.schema(), false, settings.retention(), settings.singleWriter()));
        this.adoptions = new Adoptions(settings.schema());
    }

    Adoption adopt(AdoptRequest request) {
        try {
            AdoptionContext found = gather(request);
            List<String> against = AdoptionRules.judge(request, found);
            Adoption done = against.isEmpty() ? carryOut(request, found, null) : force(request, found, against);
            if (done.unknown().isEmpty()) {
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
            } else {
                LOG.warn(
                        LogMessages.ADOPTION_UNKNOWN,
                        request.requestedBy(),
                        done.node(),
                        done.origin(),
                        done.unknown(),
                        request.reason());
            }
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

    private AdoptionContext gather(AdoptRequest request) {
        String name = request.node();
        Node node = queries.named(name);
        NodeQueries.Answers<AdoptionContext.View> answers = queries.ask(this::view);
        Map<Node, AdoptionContext.View> others = new LinkedHashMap<>(answers.answers());
        AdoptionContext.View own = others.remove(node);
        if (own == null) {
            throw new RefusedException("Node '%s' cannot be adopted: %s"
                    .formatted(name, answers.unreachable().get(name)));
        }
        return new AdoptionContext(node, withoutSessions(request, node, own), others, answers.unreachable());
    }

    /**
     * Waits until nobody is connected, where that matters. An application that has just been stopped, or a console,
     * leaves a server process that ends a moment later. DROP DATABASE waits as long.
     */
    private AdoptionContext.View withoutSessions(AdoptRequest request, Node node, AdoptionContext.View own) {
        AdoptionContext.View now = own;
        long began = System.nanoTime();
        while (AdoptionRules.needsNoSessions(request, now)
                && now.sessions() > 0
                && System.nanoTime() - began < SESSIONS_END.toNanos()) {
            MonotonicClock.SYSTEM.pause(PAUSE);
            try (Wire wire = node.connectForRecovery()) {
                now = view(node, wire);
            } catch (SQLException e) {
                throw new RefusedException(
                        "Node '%s' cannot be adopted: %s".formatted(node.name(), NodeQueries.sentence(e)));
            }
        }
        return now;
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

    /**
     * What is forced is kept before it is done. How it ended is kept at the database itself together with what is done,
     * because it is told under the new identity, and elsewhere afterwards.
     */
    private Adoption force(AdoptRequest request, AdoptionContext found, List<String> against) {
        Forced forced = Forced.of(request, found, against);
        try (Wires wires = new Wires()) {
            records.before(wires, List.of(forced));
            try {
                Adoption done = carryOut(request, found, forced);
                if (done.unknown().isEmpty()) {
                    NodeIdentity now = new NodeIdentity(done.now());
                    records.after(wires, forced.adopted(now).elsewhere(), result(found, now));
                } else {
                    records.after(wires, forced, done.unknown());
                }
                return done;
            } catch (RefusedException refused) {
                records.after(wires, forced, Resolver.text(refused));
                throw refused;
            } catch (Throwable e) {
                records.after(wires, forced, Resolver.notKnown(e));
                throw e;
            }
        }
    }

    private static String result(AdoptionContext found, NodeIdentity now) {
        return "done: the identity is %s, and was %s".formatted(now, found.identity());
    }

    private Adoption carryOut(AdoptRequest request, AdoptionContext found, @Nullable Forced forced) {
        DatabaseLocation seen = found.own().place();
        Wire wire = null;
        try {
            wire = found.node().connectForRecovery();
            NodeIdentity now =
                    request.origin() == Origin.COPY ? adoptions.copy(wire, seen) : adoptions.moved(wire, seen);
            if (forced != null) {
                records.within(wire, forced.adopted(now), result(found, now));
            }
            try {
                adoptions.commit(wire);
            } catch (UnconfirmedCommitException e) {
                return lookAgain(request, found, now, NodeQueries.sentence(e));
            }
            return done(request, found, now);
        } catch (SQLException e) {
            throw notAdopted(request, NodeQueries.sentence(e));
        } finally {
            if (wire != null) {
                wire.abort(); // A goodbye that fails would hide what was done.
            }
        }
    }

    private static Adoption done(AdoptRequest request, AdoptionContext found, NodeIdentity now) {
        return new Adoption(
                request.node(),
                request.origin(),
                found.identity().text(),
                now.text(),
                request.origin() == Origin.COPY ? found.foreign() : List.of(),
                "");
    }

    private static RefusedException notAdopted(AdoptRequest request, String why) {
        return new RefusedException(
                "Node '%s' was not adopted (%s). Nothing was done. The role needs to own the schema."
                        .formatted(request.node(), why));
    }

    /** What is there when every change has ended says what was done. Only this order knows its new identity. */
    private Adoption lookAgain(AdoptRequest request, AdoptionContext found, NodeIdentity now, String problem) {
        DatabaseLocation before = found.own().place();
        String again;
        try (Wire wire = found.node().connectForRecovery()) {
            DatabaseLocation is = schema.placeAfterChanges(wire).orElseThrow();
            if (is.here() && is.identity().equals(now)) {
                return done(request, found, now);
            }
            if (is.here() == before.here() && is.identity().equals(before.identity())) {
                throw notAdopted(request, problem);
            }
            again = "it has the identity %s, which is not of this order".formatted(is.identity());
        } catch (SQLException | NoSuchElementException e) {
            again = NodeQueries.sentence(e);
        }
        return new Adoption(
                request.node(),
                request.origin(),
                found.identity().text(),
                "",
                List.of(),
                ("The adoption of node '%s' was sent, and it is not known whether it is done (%s). Asked again: %s."
                                + " When the node answers, this shows which identity it has, and whether that belongs"
                                + " to it: %s")
                        .formatted(request.node(), problem, again.replaceFirst("\\.$", ""), next.doctor()));
    }
}
