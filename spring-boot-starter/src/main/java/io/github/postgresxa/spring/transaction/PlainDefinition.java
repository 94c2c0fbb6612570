package io.github.postgresxa.spring.transaction;

import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.support.DelegatingTransactionDefinition;

/** A definition without isolation level and read-only, which only the beginning of a transaction can set. */
final class PlainDefinition extends DelegatingTransactionDefinition {

    private static final long serialVersionUID = 1L;

    PlainDefinition(TransactionDefinition definition) {
        super(definition);
    }

    @Override
    public int getIsolationLevel() {
        return ISOLATION_DEFAULT;
    }

    @Override
    public boolean isReadOnly() {
        return false;
    }
}
