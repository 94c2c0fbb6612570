package io.github.postgresxa.test.manager;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jakarta.transaction.Status;
import jakarta.transaction.Transaction;
import java.util.concurrent.atomic.AtomicReference;

/** The {@code TransactionSynchronizationRegistry}. */
@Subject("The synchronization registry")
interface RegistryClaims extends Claims {

    @Claim("A resource in the registry belongs to its transaction: it is there on any thread that has it, in no other"
            + " transaction, and gone afterwards.")
    default void aResourceBelongsToItsTransaction() throws Exception {
        Object key = new Object();
        bed().begin();
        bed().registry().putResource(key, "outer");
        Transaction outer = bed().current();
        bed().manager().suspend();
        bed().begin();
        assertThat(bed().registry().getResource(key)).isNull();
        bed().registry().putResource(key, "inner");
        bed().commit();
        TestBed.elsewhere(() -> {
            bed().manager().resume(outer);
            assertThat(bed().registry().getResource(key)).isEqualTo("outer");
            bed().manager().suspend();
        });
        bed().manager().resume(outer);
        bed().registry().putResource(key, "changed");
        assertThat(bed().registry().getResource(key)).isEqualTo("changed");
        bed().commit();
        bed().begin();
        assertThat(bed().registry().getResource(key)).isNull();
        bed().rollback();
    }

    @Claim("Transaction keys are equal within a transaction, wherever it is resumed, and differ between two; without"
            + " one the key is null.")
    default void keysTellTransactionsApart() throws Exception {
        assertThat(bed().registry().getTransactionKey()).isNull();
        bed().begin();
        Object key = bed().registry().getTransactionKey();
        assertThat(key).isNotNull();
        bed().transfer();
        assertThat(bed().registry().getTransactionKey()).isEqualTo(key).hasSameHashCodeAs(key);
        Transaction suspended = bed().current();
        bed().manager().suspend();
        assertThat(bed().registry().getTransactionKey()).isNull();
        AtomicReference<Object> elsewhere = new AtomicReference<>();
        TestBed.elsewhere(() -> {
            bed().manager().resume(suspended);
            elsewhere.set(bed().registry().getTransactionKey());
            bed().manager().suspend();
        });
        assertThat(elsewhere.get()).isEqualTo(key).hasSameHashCodeAs(key);
        bed().begin();
        assertThat(bed().registry().getTransactionKey()).isNotNull().isNotEqualTo(key);
        bed().rollback();
        bed().manager().resume(suspended);
        bed().rollback();
    }

    @Claim("The registry's status is the manager's.")
    default void theRegistryKnowsTheStatus() throws Exception {
        assertThat(bed().registry().getTransactionStatus()).isEqualTo(Status.STATUS_NO_TRANSACTION);
        bed().begin();
        assertThat(bed().registry().getTransactionStatus()).isEqualTo(Status.STATUS_ACTIVE);
        bed().user().setRollbackOnly();
        assertThat(bed().registry().getTransactionStatus()).isEqualTo(Status.STATUS_MARKED_ROLLBACK);
        bed().rollback();
    }

    @Claim("Without a transaction, the registry's other methods are an `IllegalStateException`; a null key is a"
            + " `NullPointerException`.")
    default void theRegistryNeedsATransaction() throws Exception {
        assertThatThrownBy(() -> bed().registry().putResource("key", "value"))
                .isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> bed().registry().getResource("key")).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> bed().registry().setRollbackOnly()).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> bed().registry().getRollbackOnly()).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> bed().registry().registerInterposedSynchronization(Callback.before(() -> {})))
                .isInstanceOf(IllegalStateException.class);
        bed().begin();
        assertThatThrownBy(() -> bed().registry().putResource(nothing(), "value"))
                .isInstanceOf(NullPointerException.class);
        assertThatThrownBy(() -> bed().registry().getResource(nothing())).isInstanceOf(NullPointerException.class);
        bed().rollback();
    }

    @SuppressWarnings("NullAway") // what the test is about
    private static Object nothing() {
        return null;
    }
}
