package io.github.postgresxa.transaction;

import io.github.postgresxa.TransactionId;
import io.github.postgresxa.XaListener;
import io.github.postgresxa.decision.DecisionLog;
import io.github.postgresxa.gid.Participant;
import io.github.postgresxa.node.MonotonicClock;
import io.github.postgresxa.node.Planned;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.function.BiConsumer;
import java.util.function.BiFunction;

/**
 * The two forms of the commit, over the same parts: the product and the simulation put them together here.
 *
 * @param commit decides by itself
 * @param subordinate obeys a transaction manager
 */
record Protocols(CommitProtocol commit, SubordinateProtocol subordinate) {

    /**
     * Puts the protocols together.
     *
     * @param decisions the decision log
     * @param singleWriterDecides whether a single writer leaves a row, too
     * @param enquiryLimit how long the home is queried after a lost reply
     * @param clock the time
     * @param parallel runs a step on several nodes at once
     * @param homes chooses the home
     * @param background finishes branches of commits that are acknowledged when they are decided
     * @param later runs a task after a delay, on a thread that may wait for a node
     * @param wakeRecovery called when something is left for recovery
     * @param acknowledged receives every decision to commit: the home and the branches that it names
     * @param listener called for each step, and for alarms
     */
    static Protocols over(
            DecisionLog decisions,
            boolean singleWriterDecides,
            Duration enquiryLimit,
            MonotonicClock clock,
            Parallel parallel,
            HomeChoice homes,
            Executor background,
            BiFunction<Runnable, Duration, Planned> later,
            Runnable wakeRecovery,
            BiConsumer<TransactionId, List<Participant>> acknowledged,
            XaListener listener) {
        HeuristicReporter heuristics = new HeuristicReporter(listener);
        Steps steps = new Steps(listener, homes);
        CommitProtocol commit = new CommitProtocol(
                decisions,
                new LostReplyResolver(decisions, enquiryLimit, clock),
                parallel,
                homes,
                new SignsOfLife(decisions, later),
                singleWriterDecides,
                wakeRecovery,
                heuristics,
                steps,
                new Finishing(parallel, background, steps, heuristics, wakeRecovery),
                acknowledged);
        return new Protocols(commit, new SubordinateProtocol(decisions, parallel, commit, wakeRecovery));
    }
}
