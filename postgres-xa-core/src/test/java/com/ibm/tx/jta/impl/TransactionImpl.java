package com.ibm.tx.jta.impl;

import io.github.postgresxa.support.PassingTransaction;
import jakarta.transaction.Transaction;

/** Tells its time as Liberty's and WebSphere's transactions do. */
public class TransactionImpl extends PassingTransaction {

    private final long expirationTime;
    private final int timeout;

    /**
     * @param timeout in seconds; 0 for none
     */
    public TransactionImpl(int timeout, Transaction transaction) {
        super(transaction);
        this.timeout = timeout;
        this.expirationTime = timeout == 0 ? 0 : System.currentTimeMillis() + timeout * 1000L;
    }

    public long getExpirationTime() {
        return expirationTime;
    }

    public int getTimeout() {
        return timeout;
    }
}
