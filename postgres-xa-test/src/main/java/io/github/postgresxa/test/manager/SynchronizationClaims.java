package io.github.postgresxa.test.manager;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jakarta.transaction.RollbackException;
import jakarta.transaction.Status;
import jakarta.transaction.Transaction;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What runs before and after the end of a transaction. */
@Subject("Synchronizations")
interface SynchronizationClaims extends Claims {

    @Claim("`beforeCompletion`: ordinary ones before interposed ones, however they were registered;"
            + " `afterCompletion`: interposed ones before ordinary ones.")
    default void interposedOnesAreNextToTheCommit() throws Exception {
        List<String> calls = new ArrayList<>();
        bed().begin();
        bed().registry().registerInterposedSynchronization(Callback.noting(calls, "interposed"));
        bed().transfer();
        bed().current().registerSynchronization(Callback.noting(calls, "ordinary"));
        bed().commit();
        assertThat(calls).containsExactly("before ordinary", "before interposed", "after interposed", "after ordinary");
        bed().isTransferred();
    }

    @Claim("A rollback calls no `beforeCompletion`, and every `afterCompletion`, interposed ones first.")
    default void aRollbackCallsThemAfterwards() throws Exception {
        List<String> calls = new ArrayList<>();
        List<Integer> statuses = new ArrayList<>();
        bed().begin();
        bed().registry().registerInterposedSynchronization(Callback.noting(calls, "interposed"));
        bed().transfer();
        bed().current().registerSynchronization(Callback.noting(calls, "ordinary"));
        bed().current().registerSynchronization(Callback.after(statuses::add));
        bed().rollback();
        assertThat(calls).containsExactly("after interposed", "after ordinary");
        assertThat(statuses).containsExactly(Status.STATUS_ROLLEDBACK);
    }

    @Claim("A commit that rolls back because of a mark calls every `afterCompletion`, interposed ones first.")
    default void aMarkedTransactionCallsThemAfterwards() throws Exception {
        List<String> calls = new ArrayList<>();
        bed().begin();
        bed().registry().registerInterposedSynchronization(Callback.noting(calls, "interposed"));
        bed().transfer();
        bed().current().registerSynchronization(Callback.noting(calls, "ordinary"));
        bed().user().setRollbackOnly();
        bed().commitRollsBack();
        calls.removeIf(call -> call.startsWith("before"));
        assertThat(calls).containsExactly("after interposed", "after ordinary");
    }

    @Claim("`beforeCompletion` may use a further node: its work is part of the commit.")
    default void aFurtherNodeMayJoinBeforeTheCommit() throws Exception {
        bed().begin();
        bed().add("east", -10);
        bed().current().registerSynchronization(Callback.before(() -> bed().add("west", 4)));
        bed().registry().registerInterposedSynchronization(Callback.before(() -> bed().add("west", 6)));
        bed().commit();
        bed().isTransferred();
    }

    @Claim("`beforeCompletion` may be the first to use any node.")
    default void allNodesMayJoinBeforeTheCommit() throws Exception {
        bed().begin();
        bed().current().registerSynchronization(Callback.before(() -> bed().transfer()));
        bed().commit();
        bed().isTransferred();
        bed().begin();
        bed().registry().registerInterposedSynchronization(Callback.before(() -> bed().transfer()));
        bed().commit();
        assertThat(bed().balances()).containsExactly(980L, 1020L, 1000L);
    }

    @Claim("A synchronization that is registered in `beforeCompletion` is called, too.")
    default void oneThatIsRegisteredLateIsCalled() throws Exception {
        List<String> calls = new ArrayList<>();
        bed().begin();
        bed().add("east", -10);
        bed().current().registerSynchronization(Callback.before(() -> {
            bed().registry()
                    .registerInterposedSynchronization(new Callback(
                            () -> {
                                calls.add("before interposed");
                                bed().add("west", 10);
                            },
                            status -> calls.add("after interposed")));
            bed().current().registerSynchronization(Callback.noting(calls, "ordinary"));
        }));
        bed().commit();
        assertThat(calls)
                .containsExactlyInAnyOrder(
                        "before ordinary", "before interposed", "after interposed", "after ordinary");
        bed().isTransferred();
    }

    @Claim("An exception in `beforeCompletion` rolls back on every node, is named in the `RollbackException`, and"
            + " every `afterCompletion` is called.")
    default void anExceptionBeforeTheCommitRollsBack() throws Exception {
        for (boolean interposed : new boolean[] {false, true}) {
            fails(interposed, new IllegalStateException("the cache cannot be flushed"));
        }
    }

    @Claim("An `Error` in `beforeCompletion` is a `RollbackException`, too, and its thread is free for the next one.")
    default void anErrorBeforeTheCommitRollsBack() throws Exception {
        for (boolean interposed : new boolean[] {false, true}) {
            fails(interposed, new NoClassDefFoundError("the cache is not complete"));
        }
        bed().begin();
        bed().transfer();
        bed().commit();
        bed().isTransferred();
    }

    private void fails(boolean interposed, Throwable failure) throws Exception {
        List<Integer> statuses = new ArrayList<>();
        Callback fails = new Callback(() -> TestBed.sneak(failure), statuses::add);
        bed().begin();
        bed().transfer();
        if (interposed) {
            bed().registry().registerInterposedSynchronization(fails);
        } else {
            bed().current().registerSynchronization(fails);
        }
        bed().current().registerSynchronization(Callback.after(statuses::add));
        assertThatThrownBy(() -> bed().commit())
                .isInstanceOf(RollbackException.class)
                .hasStackTraceContaining(String.valueOf(failure.getMessage()));
        bed().threadIsFree();
        bed().isUnchanged();
        assertThat(statuses).containsExactly(Status.STATUS_ROLLEDBACK, Status.STATUS_ROLLEDBACK);
    }

    @Claim("An exception in `afterCompletion` changes nothing: `commit` returns, and the others are called.")
    default void anExceptionAfterTheCommitChangesNothing() throws Exception {
        List<Integer> statuses = new ArrayList<>();
        bed().begin();
        bed().transfer();
        for (Throwable failure : new Throwable[] {new IllegalStateException("no"), new NoClassDefFoundError("no")}) {
            bed().current().registerSynchronization(Callback.after(statuses::add));
            bed().current().registerSynchronization(Callback.after(status -> TestBed.sneak(failure)));
            bed().registry().registerInterposedSynchronization(Callback.after(status -> TestBed.sneak(failure)));
            bed().registry().registerInterposedSynchronization(Callback.after(statuses::add));
        }
        bed().commit();
        assertThat(statuses).hasSize(4).containsOnly(Status.STATUS_COMMITTED);
        bed().isTransferred();
        bed().threadIsFree();
    }

    @Claim("`afterCompletion` of an ordinary synchronization may use a node outside of any transaction.")
    default void aNodeMayBeUsedAfterTheEnd() throws Exception {
        bed().begin();
        bed().add("east", -10);
        bed().current().registerSynchronization(Callback.after(status -> bed().add("west", 10)));
        bed().commit();
        bed().isTransferred();

        bed().begin();
        bed().add("east", -10);
        bed().current().registerSynchronization(Callback.after(status -> bed().add("north", 1)));
        bed().rollback();
        assertThat(bed().balances()).containsExactly(990L, 1010L, 1001L);
    }

    @Claim(
            value = "`afterCompletion` of an ordinary synchronization may run a transaction of its own.",
            differs = Difference.ENDED_TRANSACTION_ON_THREAD)
    default void anotherTransactionMayRunAfterTheEnd() throws Exception {
        bed().begin();
        bed().add("north", 0);
        bed().current().registerSynchronization(Callback.after(status -> inItsOwnTransaction()));
        bed().commit();
        bed().isTransferred();
        bed().threadIsFree();

        bed().begin();
        bed().add("north", 5);
        bed().current().registerSynchronization(Callback.after(status -> inItsOwnTransaction()));
        bed().rollback();
        assertThat(bed().balances()).containsExactly(980L, 1020L, 1000L);
        bed().threadIsFree();
    }

    private void inItsOwnTransaction() throws Exception {
        boolean suspends = bed().differs(Difference.ENDED_TRANSACTION_ON_THREAD);
        @Nullable Transaction ended = suspends ? bed().manager().suspend() : null;
        assertThat(ended != null).isEqualTo(suspends);
        bed().begin();
        bed().transfer();
        bed().commit();
        if (ended != null) {
            bed().manager().resume(ended);
        }
    }
}
