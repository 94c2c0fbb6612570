package io.github.postgresxa.benchmarks.measurement;

import io.github.postgresxa.benchmarks.work.Mix;
import io.github.postgresxa.benchmarks.worker.Figures;
import java.util.Arrays;
import java.util.stream.LongStream;

/**
 * Checks whether a contender did what it reported: each node's money changed by what its committed transactions added
 * there, and nothing stays prepared. Where transactions failed, their effect is unknown; then only the sum over all
 * nodes must be right.
 */
final class Audit {

    private final Mix mix;
    private final long[] before;
    private final long[] added;
    private long errors;
    private String firstError = "";

    /**
     * Starts an audit.
     *
     * @param before the money on each node
     */
    Audit(Mix mix, long[] before) {
        this.mix = mix;
        this.before = before.clone();
        this.added = new long[mix.nodes()];
    }

    void add(Figures figures) {
        for (int node = 0; node < added.length; node++) {
            added[node] += figures.added()[node];
        }
        errors += figures.errors();
        firstError = firstError.isEmpty() ? figures.problem() : firstError;
    }

    /**
     * {@return what is wrong, or an empty text}
     *
     * <p>Rolls back what is left prepared afterwards, so that it does not disturb the next contender.
     */
    String problem(Nodes nodes) {
        StringBuilder problem = new StringBuilder();
        if (errors > 0) {
            problem.append("%d transactions failed, the first with %s; ".formatted(errors, firstError));
        }
        if (!nodes.nothingPrepared(before.length)) {
            problem.append("%d left prepared; ".formatted(nodes.prepared(before.length)));
            nodes.rollbackPrepared(before.length);
        }
        long[] changed = nodes.money(before.length);
        Arrays.setAll(changed, node -> changed[node] - before[node]);
        long[] expected = Arrays.copyOf(added, changed.length);
        if (errors == 0 && !Arrays.equals(changed, expected)) {
            problem.append("the money changed by %s and should have by %s; "
                    .formatted(Arrays.toString(changed), Arrays.toString(expected)));
        } else if (errors > 0 && mix.writers() > 1 && LongStream.of(changed).sum() != 0) {
            problem.append("the sum of all money changed by %d; "
                    .formatted(LongStream.of(changed).sum()));
        }
        return problem.toString();
    }
}
