package io.github.postgresxa.spring.autoconfigure;

import io.github.postgresxa.spring.transaction.PostgresXaTransactionManager;
import java.time.Duration;
import java.util.Optional;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.transaction.autoconfigure.TransactionProperties;

/**
 * The property {@code spring.transaction.default-timeout} with its fraction of a second. Spring Boot cuts that off:
 * 500 ms would be no timeout at all.
 *
 * @param value what the property says
 */
record DefaultTimeout(Duration value) {

    static Optional<DefaultTimeout> in(ObjectProvider<TransactionProperties> properties) {
        TransactionProperties known = properties.getIfAvailable();
        Duration value = known == null ? null : known.getDefaultTimeout();
        return value == null || value.isZero() || value.isNegative()
                ? Optional.empty()
                : Optional.of(new DefaultTimeout(value));
    }

    /** Gives a manager the whole of it, unless a customizer of the application has set something else. */
    void refine(PostgresXaTransactionManager manager) {
        if (manager.getDefaultTimeout() == (int) value.getSeconds()) {
            manager.setDefaultTimeout(value);
        }
    }
}
