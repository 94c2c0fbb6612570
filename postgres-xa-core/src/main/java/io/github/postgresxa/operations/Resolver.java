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
            if (!done.unknown().isEmpty()) {
                LOG.warn(
                        LogMessages.DECISION_UNKNOWN,
                        request.requestedBy(),
                        request.action(),
                        request.transaction(),
                        done.unknown(),
                        request.reason());
                return done;
            }
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
        String unknown = "";
        List<BranchResult> branches;
        try {
            settler.decide(request, found, ruling);
            branches = new BranchEnds(settler, wires).of(request.action(), found);
        } catch (RefusedException refused) {
            if (ruling.forced()) {
                records.after(wires, forced, text(refused));
            }
            throw refused;
        } catch (Throwable problem) {
            unknown = notKnown(problem);
            branches = BranchEnds.untouched(found);
        }
        if (ruling.forced()) {
            records.after(wires, forced, unknown.isEmpty() ? BranchEnds.text(branches) : unknown);
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
                unknown,
                unknown.isEmpty()
                        ? context.next().after(unreached, branches, ruling.forced())
                        : context.next().afterUnknown(unreached, request.transaction()));
    }

    static String text(RefusedException refused) {
        return REFUSED + refused.getMessage();
    }

    /** {@return what to say where the outcome is not known} */
    static String notKnown(Throwable problem) {
        return problem instanceof UnknownDecisionException
                ? String.valueOf(problem.getMessage())
                : "It failed on the way (%s). Whether its decision was written, and a branch ended, is not known."
                        .formatted(Sanitizer.oneLine(problem.toString()));
    }
}
