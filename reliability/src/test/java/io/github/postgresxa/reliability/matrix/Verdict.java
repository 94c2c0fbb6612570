package io.github.postgresxa.reliability.matrix;

import io.github.postgresxa.Outcome;
import io.github.postgresxa.TransactionId;
import io.github.postgresxa.reliability.matrix.NodeInspection.Page;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.UUID;

/**
 * The rule for every crash point: without a durable decision nothing is there, and the caller never saw "ok"; with
 * one, all is there, and the caller never saw "rolled back". A single writer's COMMIT counts as the decision.
 */
final class Verdict {

    private static final Duration STATUS_LIMIT = Duration.ofSeconds(5);

    /** A server that lost a backend restarts the others. */
    private static final Duration NODE_LIMIT = Duration.ofSeconds(20);

    private final Map<Violation, String> violations = new EnumMap<>(Violation.class);

    void breaks(Violation violation, Object what) {
        violations.merge(violation, what.toString(), (a, b) -> a + "; " + b);
    }

    Map<Violation, String> violations() {
        return violations;
    }

    /** {@return whether the transfer is there} */
    boolean judge(TestBed bed, Scenario scenario, Transfer transfer, Answers answers) throws Exception {
        UUID id = answers.id();
        Await.until(NODE_LIMIT, () -> !bed.books().pages(transfer.id(), id).isEmpty());
        Map<String, Page> pages = bed.books().pages(transfer.id(), id);
        if (pages.isEmpty()) {
            breaks(Violation.UNHEALTHY, "a node does not answer");
            return false;
        }
        boolean all = pages.entrySet().stream().allMatch(p -> p.getValue().legs() == transfer.legsOn(p.getKey()));
        boolean none = pages.values().stream().allMatch(p -> p.legs() == 0);
        if (!all && !none) {
            breaks(Violation.PARTIAL, pages);
        }
        if (all && scenario.play().shape().unharmed() != ReportedOutcome.OK) {
            breaks(Violation.PARTIAL, "what could not be committed as a whole is there: " + pages);
        }
        answer(answers, all, none);
        decision(scenario.play(), pages, all);
        if (id != null) {
            status(bed, transfer, id, pages, all);
        }
        long sum = pages.values().stream().mapToLong(Page::balance).sum();
        if (sum != bed.books().total()) {
            breaks(
                    Violation.WRONG_SUM,
                    "%d instead of %d".formatted(sum, bed.books().total()));
        }
        return all;
    }

    private void answer(Answers answers, boolean all, boolean none) {
        ReportedOutcome told = answers.told();
        if (told == ReportedOutcome.OK && !all) {
            breaks(Violation.LOST, "told ok");
        }
        if (told == ReportedOutcome.ROLLED_BACK && !none) {
            breaks(Violation.FALSE_ROLLBACK, answers.why());
        }
        if (told == ReportedOutcome.NONSENSE) {
            breaks(Violation.BAD_ANSWER, answers.why());
        }
    }

    private void decision(ProtocolRun play, Map<String, Page> pages, boolean all) {
        if (!play.shape().leavesDecision() || play.retention().isZero()) {
            return; // There is none, or it may be deleted by now.
        }
        pages.forEach((node, page) -> {
            boolean decided = page.row().equals("C");
            boolean home = node.equals(play.shape().home());
            if (decided != (home && all)) {
                breaks(Violation.PARTIAL, "decision '%s' on %s: %s".formatted(page.row(), node, pages));
            }
        });
    }

    /**
     * Where a row exists, it is reported as soon as its home answers: recovery does not retry a node right after it
     * failed. A row that existed when the pages were read may have been carried out and deleted since, where the
     * retention is zero; then the outcome can no longer be known.
     */
    private void status(TestBed bed, Transfer transfer, UUID id, Map<String, Page> pages, boolean all)
            throws Exception {
        long end = System.nanoTime() + STATUS_LIMIT.toNanos();
        Outcome status = bed.survivor().outcome(new TransactionId(id));
        boolean row = holdsRow(pages);
        while (row && status == Outcome.UNKNOWN && System.nanoTime() < end) {
            Await.pause();
            status = bed.survivor().outcome(new TransactionId(id));
            Map<String, Page> now = bed.books().pages(transfer.id(), id);
            row = now.isEmpty() || holdsRow(now); // A node that does not answer proves nothing.
        }
        boolean wrong = switch (status) {
            case COMMITTED -> !all;
            case ROLLED_BACK -> all;
            case UNKNOWN -> row;
        };
        if (wrong) {
            breaks(Violation.WRONG_STATUS, "%s, but %s".formatted(status, pages));
        }
    }

    private static boolean holdsRow(Map<String, Page> pages) {
        return pages.values().stream().anyMatch(p -> !p.row().isEmpty());
    }
}
