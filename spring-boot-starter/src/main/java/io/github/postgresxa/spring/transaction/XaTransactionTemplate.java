package io.github.postgresxa.spring.transaction;

import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Spring's template with a timeout in fractions of a second.
 *
 * <pre>{@code
 * XaTransactionTemplate hasty = new XaTransactionTemplate(transactionManager);
 * hasty.setTimeout(Duration.ofMillis(500));
 * hasty.executeWithoutResult(status -> transfer());
 * }</pre>
 *
 * <p>With another transaction manager than {@link PostgresXaTransactionManager} the timeout is rounded up to whole
 * seconds.
 */
public class XaTransactionTemplate extends TransactionTemplate implements ExactTimeout {

    private static final long serialVersionUID = 1L;

    private @Nullable Duration exact;

    /**
     * Creates a template with the settings that Spring's has.
     *
     * @param transactionManager runs its transactions
     */
    public XaTransactionTemplate(PlatformTransactionManager transactionManager) {
        super(transactionManager);
    }

    /**
     * Sets the timeout of its transactions. Of this and {@link #setTimeout(int)}, the last call counts.
     *
     * @param timeout the timeout, more than zero; fractions of a second count
     * @throws IllegalArgumentException if it is not more than zero
     */
    public final void setTimeout(Duration timeout) {
        setTimeout(Timeouts.wholeSeconds(timeout));
        exact = timeout;
    }

    @Override
    public final Duration exactTimeout() {
        // The other setter is final in Spring, so that it cannot be seen here.
        return exact != null && Timeouts.wholeSeconds(exact) == getTimeout() ? exact : Duration.ofSeconds(getTimeout());
    }
}
