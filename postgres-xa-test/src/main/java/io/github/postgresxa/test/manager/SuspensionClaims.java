package io.github.postgresxa.test.manager;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jakarta.transaction.InvalidTransactionException;
import jakarta.transaction.SystemException;
import jakarta.transaction.Transaction;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.concurrent.FutureTask;
import org.jspecify.annotations.Nullable;

/** Transactions that leave their thread and come back, or go to another one. */
@Subject("Suspend and resume")
interface SuspensionClaims extends Claims {

    private Transaction suspended() throws SystemException {
        Transaction current = bed().current();
        assertThat(bed().manager().suspend()).isEqualTo(current);
        return current;
    }

    @Claim("A suspended transaction and one that is begun meanwhile, on the same nodes, end independently.")
    default void aSuspendedTransactionKeepsItsWorkApart() throws Exception {
        for (String node : new String[] {"east", "west"}) {
            bed().node(node).execute("insert into account values (2, 0) on conflict (id) do update set balance = 0");
        }
        bed().begin();
        bed().execute("east", "update account set balance = 7 where id = 2");
        bed().execute("west", "update account set balance = 7 where id = 2");
        Transaction outer = suspended();
        bed().threadIsFree();
        bed().begin();
        bed().transfer();
        bed().commit();
        bed().manager().resume(outer);
        bed().execute("west", "update account set balance = 8 where id = 2");
        bed().rollback();
        bed().isTransferred();
        assertThat(bed().node("west").queryForLong("select balance from account where id = 2"))
                .isZero();
    }

    @Claim("A transaction can move to another thread, be continued and be committed there.")
    default void aTransactionCanMoveToAnotherThread() throws Exception {
        bed().begin();
        bed().add("east", -10);
        Transaction moved = suspended();
        TestBed.elsewhere(() -> {
            bed().manager().resume(moved);
            bed().add("west", 10);
            bed().commit();
            bed().threadIsFree();
        });
        bed().threadIsFree();
        bed().isTransferred();
    }

    @Claim("A transaction can go to another thread and come back, with two nodes on either side.")
    default void aTransactionCanGoAndComeBack() throws Exception {
        bed().begin();
        bed().add("east", -4);
        bed().add("west", 4);
        Transaction moved = suspended();
        TestBed.elsewhere(() -> {
            bed().manager().resume(moved);
            bed().add("east", -5);
            bed().add("west", 5);
            bed().manager().suspend();
        });
        bed().manager().resume(moved);
        bed().add("east", -1);
        bed().add("west", 1);
        bed().commit();
        bed().isTransferred();
    }

    @Claim("A transaction that has moved can be rolled back there, and its first thread is free.")
    default void aTransactionThatHasMovedCanBeRolledBack() throws Exception {
        bed().begin();
        bed().transfer();
        Transaction moved = suspended();
        TestBed.elsewhere(() -> {
            bed().manager().resume(moved);
            bed().rollback();
        });
        bed().isUnchanged();
        bed().begin();
        bed().transfer();
        bed().commit();
        bed().isTransferred();
    }

    @Claim("A suspended transaction can be ended through the `Transaction`, without a thread.")
    default void aSuspendedTransactionCanBeEnded() throws Exception {
        bed().begin();
        bed().transfer();
        suspended().rollback();
        bed().isUnchanged();
        bed().begin();
        bed().transfer();
        suspended().commit();
        bed().isTransferred();
    }

    @Claim("A connection that was opened before a suspension works after the resumption.")
    default void aConnectionOutlivesASuspension() throws Exception {
        bed().begin();
        try (Connection east = bed().connection("east")) {
            TestBed.execute(east, TestBed.adds(-4));
            Transaction suspended = suspended();
            bed().manager().resume(suspended);
            TestBed.execute(east, TestBed.adds(-6));
        }
        bed().add("west", 10);
        bed().commit();
        bed().isTransferred();
    }

    @Claim("`suspend` without a transaction returns null.")
    default void thereMayBeNothingToSuspend() throws Exception {
        assertThat(bed().manager().suspend()).isNull();
    }

    @Claim("`resume` on a thread that has a transaction is an `IllegalStateException`, and harms neither of the two.")
    default void aThreadHasOneTransaction() throws Exception {
        bed().begin();
        bed().add("east", -10);
        Transaction first = suspended();
        bed().begin();
        bed().add("north", 0);
        assertThatThrownBy(() -> bed().manager().resume(first)).isInstanceOf(IllegalStateException.class);
        bed().add("north", 0);
        bed().commit();
        bed().manager().resume(first);
        bed().add("west", 10);
        bed().commit();
        bed().isTransferred();
    }

    @Claim("After `resume` of a transaction that has ended, no statement runs outside of a transaction, and the thread"
            + " can begin another one.")
    default void anEndedTransactionCannotBeContinued() throws Exception {
        bed().begin();
        bed().add("east", 0);
        Transaction ended = suspended();
        TestBed.elsewhere(() -> {
            bed().manager().resume(ended);
            bed().rollback();
        });
        assertThatThrownBy(() -> {
                    bed().manager().resume(ended);
                    bed().add("east", -10);
                })
                .isInstanceOfAny(InvalidTransactionException.class, IllegalStateException.class, SQLException.class);
        bed().manager().suspend();
        bed().isUnchanged();
        bed().begin();
        bed().transfer();
        bed().commit();
        bed().isTransferred();
    }

    @Claim("Transactions of two threads end independently.")
    default void threadsHaveTheirOwnTransactions() throws Exception {
        bed().begin();
        bed().add("north", 5);
        FutureTask<@Nullable Void> other = TestBed.started(() -> {
            bed().begin();
            bed().transfer();
            bed().commit();
            return null;
        });
        TestBed.result(other);
        bed().rollback();
        bed().isTransferred();
    }
}
