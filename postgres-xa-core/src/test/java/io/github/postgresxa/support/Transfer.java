package io.github.postgresxa.support;

import io.github.postgresxa.Outcome;
import io.github.postgresxa.TransactionId;
import jakarta.transaction.HeuristicMixedException;
import jakarta.transaction.RollbackException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Moves 10 from east to west on a separate thread, so that a test can act while it commits. East is used first, so
 * it is the home.
 */
public final class Transfer {

    private final CompletableFuture<Outcome> answer = new CompletableFuture<>();
    private volatile @Nullable TransactionId id;

    private Transfer() {}

    /** Work in the transaction before its commit. */
    public interface Work {
        void on(Bank bank) throws Exception;
    }

    public static Transfer start(Bank bank) {
        return start(bank, b -> {}, 0);
    }

    /** @param timeout of the transaction in seconds, 0 for the default */
    public static Transfer start(Bank bank, Work more, int timeout) {
        Transfer transfer = new Transfer();
        new Thread(() -> transfer.run(bank, more, timeout), "transfer").start();
        return transfer;
    }

    private void run(Bank bank, Work more, int timeout) {
        try {
            bank.transaction().setTransactionTimeout(timeout);
            bank.transaction().begin();
            bank.add("east", -10);
            bank.add("west", 10);
            more.on(bank);
            id = bank.xa.currentTransaction().orElseThrow();
            answer.complete(commit(bank));
        } catch (Throwable e) {
            answer.completeExceptionally(e);
        }
    }

    private static Outcome commit(Bank bank) throws Exception {
        try {
            bank.transaction().commit();
            return Outcome.COMMITTED;
        } catch (RollbackException e) {
            return Outcome.ROLLED_BACK;
        } catch (HeuristicMixedException e) {
            return Outcome.UNKNOWN;
        }
    }

    public TransactionId id() {
        TransactionId known = id;
        if (known == null) {
            throw new IllegalStateException("it has not reached its commit");
        }
        return known;
    }

    /** {@return whether its commit has not been answered} */
    public boolean waits() {
        return !answer.isDone();
    }

    /** {@return the outcome that the application got} */
    public Outcome answer() throws Exception {
        return answer.get(60, TimeUnit.SECONDS);
    }
}
