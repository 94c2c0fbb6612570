package io.github.postgresxa.operations;

import io.github.postgresxa.log.LogMessages;
import io.github.postgresxa.log.Sanitizer;
import io.github.postgresxa.operations.ForcedRecords.Forced;
import io.github.postgresxa.operations.Resolution.BranchResult;
import io.github.postgresxa.operations.SettlementRules.Ruling;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Settles one transaction on an operator's order. */
final class Resolver {

    private static final Logger LOG = LoggerFactory.getLogger(Operations.class);

    /** How the kept result of an order begins that was not carried out. */
    static final String REFUSED = "refused: ";

    private final Explainer explainer;
    private final OperationsContext context;

    Resolver(Explainer explainer, OperationsContext context) {
        this.explainer = explainer;
        this.context = context;
    }

    Resolution resolve(ResolveRequest request) {
        TransactionSnapshot found = explainer.snapshot(request.transaction());
        try (Wires wires = new Wires()) {
            Resolution done = settle(request, found, wires);
            LOG.warn(
                    LogMessages.SETTLED_BY_HAND,
                    request.requestedBy(),
                    request.transaction(),
                    request.action(),
                    done.forced() ? ", FORCED" : "",
                    found.state(),
                    done.branches(),
                    request.reason());
            return done;
        } catch (RefusedException refused) {
            LOG.warn(
                    LogMessages.REFUSED,
                    request.requestedBy(),
                    request.action(),
                    request.transaction(),
                    refused.getMessage(),
                    request.reason());
            throw refused;
        }
    }

    private Resolution settle(ResolveRequest request, TransactionSnapshot found, Wires wires) {
        ForcedRecords records = context.records();
        Settler settler = new Settler(context.decisions(), wires);
        OpenWork open = CompletenessRules.concern(found)
                ? OpenWork.after(context.queries(), found.withoutBranch())
                : OpenWork.NONE;
        Ruling ruling = settler.judge(request, found, open, context.leastAge());
        Forced forced = Forced.of(request, found, ruling.against());
        if (ruling.forced()) {
            records.before(wires, List.of(forced));
        }
        try {
            settler.decide(request, found, ruling);
        } catch (Throwable problem) {
            RefusedException refused =
                    problem instanceof RefusedException known ? known : new RefusedException(notKnown(problem));
            if (ruling.forced()) {
                records.after(wires, forced, text(refused));
            }
            throw refused;
        }
        List<BranchResult> branches = new BranchEnds(settler, wires).of(request.action(), found);
        if (ruling.forced()) {
            records.after(wires, forced, BranchEnds.text(branches));
        }
        Map<String, String> unreached = new LinkedHashMap<>(found.unreachable());
        unreached.putAll(wires.lost());
        return new Resolution(
                request.transaction(),
                request.action(),
                found.state(),
                ruling.forced(),
                branches,
                unreached,
                context.next().after(unreached, branches, ruling.forced()));
    }

    static String text(RefusedException refused) {
        return REFUSED + refused.getMessage();
    }

    /** {@return what to say after a failure that no node reported} */
    static String notKnown(Throwable problem) {
        return "It failed on the way (%s). Whether its decision was written, and a branch ended, is not known: look"
                        .formatted(Sanitizer.oneLine(problem.toString()))
                + " again with explain.";
    }
}
