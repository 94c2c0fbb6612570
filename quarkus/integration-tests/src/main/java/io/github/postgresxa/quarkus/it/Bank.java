package io.github.postgresxa.quarkus.it;

import io.quarkus.narayana.jta.runtime.TransactionConfiguration;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import jakarta.transaction.Transactional.TxType;
import java.sql.SQLException;

/** Moves money between the nodes, and fails in several ways. */
@ApplicationScoped
public class Bank {

    private final Accounts accounts;
    private final Journal journal;
    private final Ledger ledger;

    Bank(Accounts accounts, Journal journal, Ledger ledger) {
        this.accounts = accounts;
        this.journal = journal;
        this.ledger = ledger;
    }

    @Transactional
    public void transfer(String id, int amount) {
        accounts.add("east", id, -amount);
        accounts.add("west", id, amount);
    }

    @Transactional
    public void transferAndThrow(String id) {
        transfer(id, 1);
        throw new IllegalStateException("no money");
    }

    @Transactional
    public void transferAndThrowChecked(String id) throws SQLException {
        transfer(id, 1);
        throw new SQLException("no money");
    }

    @Transactional
    public void swallowStatementError(String id) {
        accounts.add("east", id, -1);
        try {
            accounts.execute("west", "insert into no_such_table values (1)");
        } catch (IllegalStateException swallowed) {
            // This is what the test is about.
        }
    }

    @Transactional
    public void swallowExceptionOfBean(String id) {
        transfer(id, 1);
        try {
            journal.refuse();
        } catch (IllegalStateException swallowed) {
            // The interceptor has marked the transaction.
        }
    }

    @Transactional
    @TransactionConfiguration(timeout = 2)
    public void sleep(String id) {
        accounts.add("east", id, -1);
        accounts.execute("west", "select pg_sleep(8)");
    }

    @Transactional
    public void writeJournalAndThrow(String id) {
        transfer(id, 1);
        journal.write(id + "-journal");
        throw new IllegalStateException("no money");
    }

    @Transactional
    public void transferWithLedger(String id) {
        ledger.write(id);
        transfer(id, 1);
    }

    /** A bean of its own, so that its interceptors are asked. */
    @ApplicationScoped
    public static class Journal {

        private final Accounts accounts;

        Journal(Accounts accounts) {
            this.accounts = accounts;
        }

        @Transactional(TxType.REQUIRES_NEW)
        public void write(String id) {
            accounts.add("east", id, 0);
        }

        @Transactional
        public void refuse() {
            throw new IllegalStateException("refused");
        }
    }
}
