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

    /** A transaction manager is registered. */
    record Register(ManagerRow row) implements Effect {}

    /** It has shown that it lives. */
    record Seen(String manager, long at) implements Effect {}

    /** It is deleted. */
    record Unregister(String manager) implements Effect {}

    /** A row refers to it, so nobody deletes it: a lock, until the end of the transaction. */
    record Refer(String manager) implements Effect {}

    /** A manager's transaction is settled. */
    record Settle(ManagerDecision row) implements Effect {}

    /** Every resource has carried it out. */
    record End(String gtrid, long at) implements Effect {}

    /** The row that settles it goes. */
    record Unsettle(ManagerDecision row) implements Effect {}

    /** The mark rises. */
    record Mark(long xid) implements Effect {}
}
