package io.github.postgresxa.test.manager;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jakarta.transaction.Transaction;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;

/** Transactions that take longer than their timeout. */
@Subject("Timeouts")
interface TimeoutClaims extends Claims {

    @Claim("The timeout cancels the running statement: its caller gets an `SQLException`, `commit` rolls back, and the"
            + " thread can begin again.")
    default void theTimeoutCancelsTheRunningStatement() throws Exception {
        long begun = System.nanoTime();
        bed().begin(1);
        bed().add("east", -10);
        assertThatThrownBy(() -> bed().execute("west", "select pg_sleep(60)")).isInstanceOf(SQLException.class);
        assertThat(Duration.ofNanos(System.nanoTime() - begun))
                .isBetween(Duration.ofSeconds(1), Duration.ofSeconds(15));
        bed().commitRollsBack();
        isUsable();
    }

    @Claim("An idle transaction is rolled back at its timeout, before any thread calls `commit`; statements and"
            + " connections are refused from then on.")
    default void theTimeoutRollsAnIdleTransactionBack() throws Exception {
        bed().begin(1);
        try (Connection kept = bed().connection("west")) {
            bed().transfer();
            bed().isUnlocked("east");
            bed().isUnlocked("west");
            bed().isUnchanged();
            assertThatThrownBy(() -> TestBed.execute(kept, TestBed.adds(1))).isInstanceOf(SQLException.class);
        }
        assertThatThrownBy(() -> bed().add("east", 1)).isInstanceOf(SQLException.class);
        assertThatThrownBy(() -> bed().add("north", 1)).isInstanceOf(SQLException.class);
        bed().commitRollsBack();
        isUsable();
    }

    @Claim("`rollback` after the timeout returns, and the thread can begin again.")
    default void aRollbackAfterTheTimeoutReturns() throws Exception {
        bed().begin(1);
        bed().transfer();
        bed().isUnlocked("east");
        bed().rollback();
        bed().threadIsFree();
        isUsable();
    }

    @Claim("The timeout reaches a suspended transaction, and only that one.")
    default void theTimeoutReachesASuspendedTransaction() throws Exception {
        bed().begin(1);
        bed().transfer();
        Transaction suspended = bed().manager().suspend();
        bed().begin();
        bed().add("north", 5);
        bed().isUnlocked("east");
        bed().commit();
        assertThat(suspended).isNotNull();
        bed().manager().resume(suspended);
        assertThatThrownBy(() -> bed().commit()).isInstanceOf(jakarta.transaction.RollbackException.class);
        bed().threadIsFree();
        assertThat(bed().balances()).containsExactly(1000L, 1000L, 1005L);
    }

    private void isUsable() throws Exception {
        bed().begin();
        bed().transfer();
        bed().commit();
        bed().isTransferred();
    }
}
