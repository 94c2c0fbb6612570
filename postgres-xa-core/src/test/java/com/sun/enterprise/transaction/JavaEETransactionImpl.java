package com.sun.enterprise.transaction;

import io.github.postgresxa.support.PassingTransaction;
import jakarta.transaction.Transaction;

/** Tells its time as Payara's and GlassFish's transactions do. */
public final class JavaEETransactionImpl extends PassingTransaction {

    private final long startTime = System.currentTimeMillis();
    private final int timeout;

    /**
     * @param timeout in seconds; 0 for none
     */
    public JavaEETransactionImpl(int timeout, Transaction transaction) {
        super(transaction);
        this.timeout = timeout;
    }

    public long getStartTime() {
        return startTime;
    }

    public int getRemainingTimeout() {
        return timeout == 0 ? 0 : timeout - (int) ((System.currentTimeMillis() - startTime) / 1000L);
    }
}
