package io.github.postgresxa.recovery;

import io.github.postgresxa.RecoveryReport;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Counts what a pass does. Several nodes may report at once. */
final class PassCounts {

    private final long start = System.nanoTime();
    private final List<String> problems = new ArrayList<>();
    private int committed;
    private int rolledBack;
    private int left;
    private int inDoubt;

    synchronized void committed() {
        committed++;
    }

    synchronized void rolledBack() {
        rolledBack++;
    }

    synchronized void left() {
        left++;
    }

    synchronized void inDoubt() {
        inDoubt++;
    }

    synchronized void problem(String sentence) {
        problems.add(sentence);
    }

    synchronized RecoveryReport report() {
        return new RecoveryReport(
                committed, rolledBack, left, inDoubt, problems, Duration.ofNanos(System.nanoTime() - start));
    }
}
