package io.github.postgresxa.manager.narayana;

import com.arjuna.ats.internal.jta.transaction.arjunacore.TransactionImple;
import com.arjuna.ats.internal.jta.transaction.arjunacore.TransactionSynchronizationRegistryImple;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Narayana's registry, from which a transaction's resources can also be read after its end, as long as it is on its
 * thread: in synchronizations, and after a timeout. Narayana alone refuses that.
 */
final class OpenRegistry extends TransactionSynchronizationRegistryImple {

    private static final long serialVersionUID = 1L;

    @Override
    public @Nullable Object getResource(Object key) {
        TransactionImple transaction = TransactionImple.getTransaction();
        if (transaction == null) {
            throw new IllegalStateException("this thread has no transaction");
        }
        return transaction.getTxLocalResource(Objects.requireNonNull(key));
    }
}
