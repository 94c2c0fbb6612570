package io.github.postgresxa.test.manager;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.postgresxa.test.fault.Fault;
import io.github.postgresxa.test.fault.MessageKind;
import io.github.postgresxa.test.fault.Position;
import jakarta.transaction.NotSupportedException;
import jakarta.transaction.Status;
import jakarta.transaction.SystemException;
import jakarta.transaction.Transaction;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** Begin, commit and rollback. */
@Subject("Begin, commit and rollback")
interface DemarcationClaims extends Claims {

    @Claim("A `commit` that returns has changed every node, and nothing stays prepared.")
    default void aCommitChangesEveryNode() throws Exception {
        bed().begin();
        bed().transfer();
        bed().commit();
        bed().isTransferred();
        bed().threadIsFree();
        bed().nothingIsPrepared();
    }

    @Claim("A transaction over nodes alone is one resource for the manager: it is committed in one phase.")
    default void nodesAloneAreOneResource() throws Exception {
        Fault prepare = bed().plan().at(MessageKind.PREPARE.on("west")).call(Position.BEFORE_FORWARDING, () -> {});
        bed().begin();
        bed().transfer();
        bed().commit();
        assertThat(prepare.message().orElseThrow().sql()).contains("prepare transaction 'pgxa/1/");
        bed().isTransferred();
    }

    @Claim("A `rollback` leaves nothing on any node.")
    default void aRollbackLeavesNothing() throws Exception {
        bed().begin();
        bed().transfer();
        bed().rollback();
        bed().isUnchanged();
        bed().threadIsFree();
    }

    @Claim("A transaction that has used no node commits.")
    default void aTransactionWithoutWorkCommits() throws Exception {
        bed().begin();
        bed().commit();
        bed().threadIsFree();
    }

    @Claim("`begin` within a transaction is refused with `NotSupportedException`, and the transaction goes on.")
    default void aSecondBeginIsRefused() throws Exception {
        bed().begin();
        bed().add("east", -10);
        assertThatThrownBy(() -> bed().user().begin()).isInstanceOf(NotSupportedException.class);
        assertThatThrownBy(() -> bed().manager().begin()).isInstanceOf(NotSupportedException.class);
        bed().add("west", 10);
        bed().commit();
        bed().isTransferred();
        bed().threadIsFree();
    }

    @Claim("`commit`, `rollback` and `setRollbackOnly` without a transaction are an `IllegalStateException`.")
    default void anEndNeedsATransaction() throws Exception {
        assertThatThrownBy(() -> bed().user().commit()).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> bed().user().rollback()).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> bed().user().setRollbackOnly()).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> bed().manager().commit()).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> bed().manager().rollback()).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> bed().manager().setRollbackOnly()).isInstanceOf(IllegalStateException.class);
        assertThat(bed().manager().getTransaction()).isNull();
        bed().begin();
        bed().transfer();
        bed().commit();
        assertThatThrownBy(() -> bed().user().commit()).isInstanceOf(IllegalStateException.class);
        bed().isTransferred();
    }

    @Claim(
            value = "A negative transaction timeout is a `SystemException`, and the timeout stays as it was.",
            differs = Difference.NEGATIVE_TIMEOUT_IGNORED)
    default void aNegativeTimeoutIsRefused() throws Exception {
        if (bed().differs(Difference.NEGATIVE_TIMEOUT_IGNORED)) {
            assertThatCode(() -> bed().user().setTransactionTimeout(-1)).doesNotThrowAnyException();
        } else {
            assertThatThrownBy(() -> bed().user().setTransactionTimeout(-1)).isInstanceOf(SystemException.class);
            assertThatThrownBy(() -> bed().manager().setTransactionTimeout(-1)).isInstanceOf(SystemException.class);
        }
        bed().begin();
        bed().transfer();
        bed().commit();
        bed().isTransferred();
    }

    @Claim("`getStatus` tells each stage: active, also before completion; marked; none before, after and suspended.")
    default void theStatusTellsEachStage() throws Exception {
        List<Integer> statuses = new ArrayList<>();
        assertThat(bed().user().getStatus()).isEqualTo(Status.STATUS_NO_TRANSACTION);
        bed().begin();
        assertThat(bed().user().getStatus()).isEqualTo(Status.STATUS_ACTIVE);
        bed().transfer();
        assertThat(bed().user().getStatus()).isEqualTo(Status.STATUS_ACTIVE);
        Transaction transaction = bed().current();
        assertThat(transaction.getStatus()).isEqualTo(Status.STATUS_ACTIVE);
        bed().manager().suspend();
        assertThat(bed().user().getStatus()).isEqualTo(Status.STATUS_NO_TRANSACTION);
        bed().manager().resume(transaction);
        transaction.registerSynchronization(
                new Callback(() -> statuses.add(bed().user().getStatus()), statuses::add));
        bed().commit();
        assertThat(statuses).containsExactly(Status.STATUS_ACTIVE, Status.STATUS_COMMITTED);
        assertThat(bed().user().getStatus()).isEqualTo(Status.STATUS_NO_TRANSACTION);
        bed().begin();
        bed().user().setRollbackOnly();
        assertThat(bed().user().getStatus()).isEqualTo(Status.STATUS_MARKED_ROLLBACK);
        bed().rollback();
        assertThat(bed().user().getStatus()).isEqualTo(Status.STATUS_NO_TRANSACTION);
    }

    @Claim("A statement that failed makes `commit` a `RollbackException` on every node, also if it was swallowed.")
    default void aSwallowedFailureRollsBackEverywhere() throws Exception {
        bed().begin();
        bed().add("east", -10);
        assertThatThrownBy(() -> bed().execute("west", "select no_such_function()"))
                .isInstanceOf(SQLException.class);
        bed().commitRollsBack();
    }

    @Claim("What one node refuses at the commit, no node keeps.")
    default void whatANodeRefusesAtTheCommitNoNodeKeeps() throws Exception {
        bed().node("west")
                .execute("create table if not exists entry"
                        + " (id int, account int references account deferrable initially deferred)");
        bed().begin();
        bed().transfer();
        bed().execute("west", "insert into entry values (1, 77)");
        bed().commitRollsBack();
        bed().nothingIsPrepared();
    }
}
