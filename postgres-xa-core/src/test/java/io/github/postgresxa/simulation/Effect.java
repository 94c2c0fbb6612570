package io.github.postgresxa.simulation;

/** What a transaction changes when it commits. */
sealed interface Effect {

    /** The application's work of one global transaction on this server. */
    record Leg(String transaction) implements Effect {}

    /** A row of the decision table appears. */
    record Insert(Row row) implements Effect {}

    /** A row of the decision table goes. */
    record Delete(Row row) implements Effect {}

    /** A prepared transaction shows a lock; the keys are unsigned. */
    record Lock(long first, long second) implements Effect {}

    /** The mark rises. */
    record Mark(long xid) implements Effect {}
}
