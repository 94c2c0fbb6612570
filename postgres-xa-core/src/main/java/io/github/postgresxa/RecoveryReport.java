package io.github.postgresxa;

import io.github.postgresxa.log.Sanitizer;
import java.time.Duration;
import java.util.List;

/**
 * What one pass of recovery over all nodes did.
 *
 * @param committed branches that were committed because their decision says so
 * @param rolledBack branches that were rolled back
 * @param left branches left to their coordinator because they are young
 * @param inDoubt branches whose home did not answer or is unknown
 * @param problems what went wrong, one sentence each; the next pass tries again
 * @param took how long the pass took
 */
public record RecoveryReport(
        int committed, int rolledBack, int left, int inDoubt, List<String> problems, Duration took) {

    /** Copies the list and turns server messages into single lines. */
    public RecoveryReport {
        problems = problems.stream().map(Sanitizer::oneLine).toList();
    }
}
