package io.github.postgresxa.spring.endpoint;

import io.github.postgresxa.Outcome;
import io.github.postgresxa.operations.BranchExplanation;
import io.github.postgresxa.operations.DecisionState;
import io.github.postgresxa.operations.Explanation;
import io.github.postgresxa.operations.ForcedRecord;
import io.github.postgresxa.operations.HeldLock;
import io.github.postgresxa.operations.WaitingSession;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.actuate.endpoint.OperationResponseBody;

/**
 * Explains one transaction.
 *
 * @param transaction its id
 * @param outcome its outcome, as far as it is known
 * @param decision its durable decision
 * @param home the node that keeps the decision; null if it cannot be found out
 * @param homeCandidates nodes that do not answer, one of which may be the home, if no node that answers is
 * @param summary what is known and what happens next
 * @param branches its prepared branches
 * @param unreachable nodes that did not answer, with the reason
 * @param forced what operators have forced, as the nodes keep it
 */
public record TransactionDescriptor(
        String transaction,
        Outcome outcome,
        DecisionState decision,
        @Nullable String home,
        List<String> homeCandidates,
        String summary,
        List<BranchDescriptor> branches,
        Map<String, String> unreachable,
        List<ForcedRecord> forced)
        implements OperationResponseBody {

    static TransactionDescriptor of(Outcome outcome, Explanation explanation) {
        return new TransactionDescriptor(
                explanation.transaction().toString(),
                outcome,
                explanation.state(),
                explanation.home(),
                explanation.homeCandidates(),
                explanation.summary(),
                explanation.branches().stream().map(BranchDescriptor::of).toList(),
                explanation.unreachable(),
                explanation.forced());
    }

    /**
     * Shows one prepared branch.
     *
     * @param node the node that holds it
     * @param gid its name in {@code pg_prepared_xacts}
     * @param owner the database role that prepared it
     * @param age time since it was prepared
     * @param verdict what recovery does with it, and why
     * @param locks the locks that it holds
     * @param waiting sessions that wait for its end
     * @param xidAge the number of transactions that began on that server since it began
     * @param holdsBackVacuum whether it is the oldest transaction on that server
     */
    public record BranchDescriptor(
            String node,
            String gid,
            String owner,
            String age,
            String verdict,
            List<HeldLock> locks,
            List<WaitingDescriptor> waiting,
            long xidAge,
            boolean holdsBackVacuum) {

        static BranchDescriptor of(BranchExplanation branch) {
            return new BranchDescriptor(
                    branch.node(),
                    branch.gid(),
                    branch.role(),
                    branch.age().toString(),
                    branch.verdict(),
                    branch.locks(),
                    branch.waiting().stream().map(WaitingDescriptor::of).toList(),
                    branch.xidAge(),
                    branch.holdsBackVacuum());
        }
    }

    /**
     * Shows a waiting session.
     *
     * @param pid its process id on the server
     * @param role its database role
     * @param application its application name
     * @param waitsFor what it waits for: {@code row} for a row of the branch, otherwise the kind of lock
     * @param since how long it has waited
     */
    public record WaitingDescriptor(int pid, String role, String application, String waitsFor, String since) {

        static WaitingDescriptor of(WaitingSession session) {
            return new WaitingDescriptor(
                    session.pid(),
                    session.role(),
                    session.application(),
                    session.waitsFor(),
                    session.since().toString());
        }
    }
}
