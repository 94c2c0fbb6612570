package io.github.postgresxa.benchmarks.measurement;

import io.github.postgresxa.benchmarks.contender.Kind;

/**
 * What one transaction costs, counted.
 *
 * @param work which transactions
 * @param kind whose
 * @param roundTrips over the wire
 * @param flushes forced flushes of the servers' write-ahead logs
 * @param walBytes what the servers wrote there
 * @param problem what was wrong, or an empty text
 */
public record Cost(Work work, Kind kind, double roundTrips, double flushes, double walBytes, String problem) {

    /** Transactions that are counted. */
    public enum Work {
        TWO_WRITERS("two writers", 0, 2),
        THREE_WRITERS("three writers", 0, 3),
        WRITER_AND_READER("one writer, one reader", 1, 1),
        READERS("two readers", 2, 0),
        ONE_NODE("one node, a writer", 0, 1);

        private final String title;
        private final int readers;
        private final int writers;

        Work(String title, int readers, int writers) {
            this.title = title;
            this.readers = readers;
            this.writers = writers;
        }

        /** {@return its name for people} */
        public String title() {
            return title;
        }

        int readers() {
            return readers;
        }

        int writers() {
            return writers;
        }
    }
}
