package io.github.postgresxa.operations;

import io.github.postgresxa.decision.DecisionLog;
import io.github.postgresxa.log.LogMessages;
import io.github.postgresxa.operations.ForcedRecords.Forced;
import io.github.postgresxa.operations.Resolution.BranchResult;
import io.github.postgresxa.operations.SettlementRules.Ruling;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Settles one transaction on an operator's order. */
final class Resolver {

    private static final Logger LOG = LoggerFactory.getLogger(Operations.class);

    private final NodeQueries queries;
    private final Explainer explainer;
    private final DecisionLog decisions;
    private final ForcedRecords records;
    private final NextSteps next;
    private final Duration leastAge;

    Resolver(
            NodeQueries queries,
            Explainer explainer,
            DecisionLog decisions,
            ForcedRecords records,
            NextSteps next,
            Duration leastAge) {
        this.queries = queries;
        this.leastAge = leastAge;
        this.explainer = explainer;
        this.decisions = decisions;
        this.records = records;
        this.next = next;
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
        Settler settler = new Settler(decisions, wires);
        OpenWork open =
                CompletenessRules.concern(found) ? OpenWork.after(queries, found.withoutBranch()) : OpenWork.NONE;
        Ruling ruling = settler.judge(request, found, open, leastAge);
        Forced forced = new Forced(request, found, ruling.against());
        if (ruling.forced()) {
            records.before(wires, List.of(forced));
        }
        try {
            settler.decide(request, found, ruling);
        } catch (RefusedException refused) {
            if (ruling.forced()) {
                records.after(wires, forced, text(refused));
            }
            throw refused;
        }
        List<BranchResult> branches = settler.finish(request.action(), found);
        if (ruling.forced()) {
            records.after(wires, forced, text(branches));
        }
        return new Resolution(
                request.transaction(),
                request.action(),
                found.state(),
                ruling.forced(),
                branches,
                found.unreachable(),
                next.after(found.unreachable(), branches, ruling.forced()));
    }

    static String text(RefusedException refused) {
        return "refused: " + refused.getMessage();
    }

    static String text(List<BranchResult> branches) {
        return branches.stream().map(b -> b.node() + ": " + b.result()).collect(Collectors.joining("; "));
    }
}
