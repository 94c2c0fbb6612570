package io.github.postgresxa.simulation;

/**
 * A transaction manager that is registered at a server.
 *
 * @param node the identity of the database where the row was written
 * @param since when, by the server's clock
 * @param seenAt the last sign of life
 */
record ManagerRow(String name, String node, long since, long seenAt) {

    private static final long NANOS_PER_MICRO = 1000;

    ManagerRow seenAt(long at) {
        return new ManagerRow(name, node, since, at);
    }

    String registration() {
        return Long.toString(since / NANOS_PER_MICRO);
    }
}
