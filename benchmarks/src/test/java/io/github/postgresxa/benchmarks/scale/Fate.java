package io.github.postgresxa.benchmarks.scale;

/** What the home of an abandoned transaction says, and therefore how its branches have to end. */
enum Fate {
    /** Row C. */
    COMMIT("C", true),
    /** Row A. */
    ABORT("A", false),
    /** No row: recovery has to fence it. */
    UNDECIDED("", false);

    private final String outcome;
    private final boolean commits;

    Fate(String outcome, boolean commits) {
        this.outcome = outcome;
        this.commits = commits;
    }

    String outcome() {
        return outcome;
    }

    boolean commits() {
        return commits;
    }
}
