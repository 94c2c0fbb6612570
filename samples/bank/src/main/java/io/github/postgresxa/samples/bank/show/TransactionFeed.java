package io.github.postgresxa.samples.bank.show;

import static io.github.postgresxa.samples.bank.show.EventFeed.brief;

import io.github.postgresxa.BranchRole;
import io.github.postgresxa.CommitStep;
import io.github.postgresxa.Outcome;
import io.github.postgresxa.TransactionId;
import io.github.postgresxa.XaListener;
import io.github.postgresxa.samples.bank.show.EventFeed.Tone;
import java.time.Duration;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/**
 * Passes on what this process's transactions and recovery do. The starter finds it, as it finds every {@link
 * XaListener}.
 */
@Component
final class TransactionFeed implements XaListener {

    /** The name of this process on the page. */
    static final String BANK = "bank";

    private static final int REMEMBERED = 31;

    private final StepBuffer feed;
    private final EventFeed news;
    private final Map<Outcome, Long> ended = new EnumMap<>(Outcome.class);
    private final long[] lastCommits = new long[REMEMBERED];
    private int commits;

    TransactionFeed(StepBuffer feed, EventFeed news) {
        this.feed = feed;
        this.news = news;
    }

    @Override
    public void began(TransactionId id) {
        add("began", id, null, null, null, true);
    }

    @Override
    public void roleAssigned(TransactionId id, String node, BranchRole role) {
        add("cast", id, node, role.name(), null, true);
    }

    @Override
    public void stepBegins(TransactionId id, CommitStep step, String node) {
        add("begins", id, node, null, step, true);
    }

    @Override
    public void stepEnded(TransactionId id, CommitStep step, String node, boolean done) {
        add("ended", id, node, null, step, done);
    }

    @Override
    public void finished(TransactionId id, Outcome outcome, int branches, int prepared, Duration commitTime) {
        add("finished", id, null, outcome.name(), null, true);
        synchronized (ended) {
            ended.merge(outcome, 1L, Long::sum);
            if (outcome == Outcome.COMMITTED && prepared > 0) {
                lastCommits[commits++ % REMEMBERED] = commitTime.toNanos();
            }
        }
        if (outcome == Outcome.UNKNOWN) {
            news.tell(
                    Tone.DOUBT,
                    "Transaction %s: the reply to its decision was lost. The bank reports \"outcome unknown\", "
                            + "not a guess; the home's row will show it.",
                    brief(id.toString()));
        }
    }

    @Override
    public void fenced(TransactionId id, String home) {
        add("fenced", id, home, null, null, true);
        news.tell(
                Tone.PLAIN,
                "Recovery asked %s, the home of %s: there is no decision. It wrote \"rolled back\" there first, "
                        + "so a late decision is refused.",
                home,
                brief(id.toString()));
    }

    @Override
    public void recovered(TransactionId id, String node, Outcome outcome) {
        add("recovered", id, node, outcome.name(), null, true);
        news.tell(
                Tone.GOOD,
                "Recovery %s the prepared branch of %s on %s, as its home says. Its locks are free.",
                outcome == Outcome.COMMITTED ? "committed" : "rolled back",
                brief(id.toString()),
                node);
    }

    @Override
    public void heuristic(TransactionId id, String node, Outcome decided, Outcome actual) {
        news.tell(
                Tone.BAD,
                "Alarm: transaction %s was decided as %s, but it was ended on %s the other way (%s).",
                brief(id.toString()),
                decided,
                node,
                actual);
    }

    private void add(
            String what,
            TransactionId id,
            @Nullable String node,
            @Nullable String detail,
            @Nullable CommitStep step,
            boolean done) {
        feed.add(new Step(what, id.toString(), BANK, node, detail, step == null ? null : step.name(), done));
    }

    Counts counts() {
        synchronized (ended) {
            var times = Arrays.copyOf(lastCommits, Math.min(commits, REMEMBERED));
            Arrays.sort(times);
            double median = times.length == 0 ? 0 : times[times.length / 2] / 1e6;
            return new Counts(
                    ended.getOrDefault(Outcome.COMMITTED, 0L),
                    ended.getOrDefault(Outcome.ROLLED_BACK, 0L),
                    ended.getOrDefault(Outcome.UNKNOWN, 0L),
                    Math.round(median * 10) / 10.0);
        }
    }
}
