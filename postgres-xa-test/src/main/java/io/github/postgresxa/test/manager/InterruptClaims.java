package io.github.postgresxa.test.manager;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.postgresxa.test.fault.Fault;
import io.github.postgresxa.test.fault.MessageKind;
import io.github.postgresxa.test.fault.Position;
import java.util.List;

/** The application's thread is interrupted. */
@Subject("Interrupts")
interface InterruptClaims extends Claims {

    @Claim("An interrupt before `begin`, between two statements or before `commit` changes nothing: the transaction"
            + " commits, and the thread is still interrupted. (Only a connection that is not in the pool yet is not"
            + " opened for it: an `SQLException`.)")
    default void anInterruptChangesNothing() throws Exception {
        bed().begin();
        bed().transfer(); // Now the pools have connections.
        bed().rollback();
        for (int stage = 0; stage < 4; stage++) {
            bed().reset();
            interruptAt(0, stage);
            bed().begin();
            interruptAt(1, stage);
            bed().add("east", -10);
            interruptAt(2, stage);
            bed().add("west", 10);
            interruptAt(3, stage);
            bed().commit();
            assertThat(Thread.interrupted()).as("interrupted at stage " + stage).isTrue();
            bed().threadIsFree();
            bed().isTransferred();
        }
    }

    private static void interruptAt(int stage, int wanted) {
        if (stage == wanted) {
            Thread.currentThread().interrupt();
        }
    }

    @Claim("An interrupt while nodes are prepared, the decision is written or nodes are finished changes nothing.")
    default void anInterruptWithinTheCommitChangesNothing() throws Exception {
        Thread thread = Thread.currentThread();
        for (MessageKind kind : List.of(MessageKind.PREPARE, MessageKind.DECISION, MessageKind.COMMIT_PREPARED)) {
            for (Position position : List.of(Position.BEFORE_FORWARDING, Position.AFTER_EXECUTED)) {
                bed().reset();
                bed().begin();
                bed().transfer();
                Fault met = bed().plan().at(kind).call(position, thread::interrupt);
                bed().commit();
                assertThat(Thread.interrupted()).as(met.toString()).isTrue();
                bed().threadIsFree();
                bed().isTransferred();
            }
        }
    }

    @Claim("An interrupt before `rollback` changes nothing: no node keeps anything.")
    default void anInterruptBeforeARollbackChangesNothing() throws Exception {
        bed().begin();
        bed().transfer();
        Thread.currentThread().interrupt();
        bed().rollback();
        assertThat(Thread.interrupted()).isTrue();
        bed().threadIsFree();
        bed().isUnchanged();
    }

    @Claim("An interrupt in a synchronization, before or after the end, changes nothing.")
    default void anInterruptInASynchronizationChangesNothing() throws Exception {
        for (boolean before : new boolean[] {true, false}) {
            bed().reset();
            bed().begin();
            bed().transfer();
            bed().current()
                    .registerSynchronization(new Callback(
                            () -> interruptAt(0, before ? 0 : 1), status -> interruptAt(1, before ? 0 : 1)));
            bed().commit();
            assertThat(Thread.interrupted()).isTrue();
            bed().threadIsFree();
            bed().isTransferred();
        }
    }
}
