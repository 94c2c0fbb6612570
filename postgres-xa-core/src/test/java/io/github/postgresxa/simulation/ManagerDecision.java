package io.github.postgresxa.simulation;

/**
 * A row that settles a transaction manager's transaction.
 *
 * @param endedAt when every resource had carried it out; 0 before that
 */
record ManagerDecision(String gtrid, String manager, String outcome, long endedAt) {

    ManagerDecision endedAt(long at) {
        return new ManagerDecision(gtrid, manager, outcome, at);
    }

    boolean isCommit() {
        return outcome.equals("C");
    }
}
