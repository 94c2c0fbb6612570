package io.github.postgresxa.transaction;

import io.github.postgresxa.ActiveTransaction;
import io.github.postgresxa.node.MonotonicClock;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** The transactions of this process that have not ended, and the wait for their end before the process stops. */
final class ActiveTransactions {

    private static final Duration STEP = Duration.ofMillis(20);

    private final Set<GlobalTransaction> active = ConcurrentHashMap.newKeySet();
    private final Set<GlobalTransaction> stuck = ConcurrentHashMap.newKeySet();
    private volatile boolean draining;

    void add(GlobalTransaction transaction) {
        active.add(transaction);
    }

    /** {@return whether it was active until this call} */
    boolean remove(GlobalTransaction transaction) {
        return active.remove(transaction);
    }

    List<ActiveTransaction> now() {
        return active.stream().map(GlobalTransaction::asActive).toList();
    }

    int count() {
        return active.size();
    }

    /** {@return whether new transactions are refused} */
    boolean isDraining() {
        return draining;
    }

    /**
     * Waits for the end of the transactions that are active now. Others may begin. A later call does not wait again for
     * a transaction that did not end in time.
     *
     * @param own the caller's transaction, which cannot end during this call; null if there is none
     * @return whether all of them have ended
     */
    boolean settle(Duration limit, @Nullable GlobalTransaction own) {
        boolean ownIsNew = leave(own);
        Set<GlobalTransaction> waitedFor = new HashSet<>(active);
        waitedFor.removeAll(stuck);
        boolean settled = await(limit, ended(waitedFor), true);
        stuck.addAll(waitedFor);
        stuck.retainAll(active);
        return settled && !ownIsNew;
    }

    private BooleanSupplier ended(Set<GlobalTransaction> some) {
        return () -> {
            some.retainAll(active);
            return some.isEmpty();
        };
    }

    /**
     * Waits for the end of the active transactions before the process closes. They may begin others that they need,
     * until the last part of the limit: what began in the meantime has that part to end. An interrupt shortens nothing.
     *
     * @param own the caller's transaction, as above
     * @return whether none is left
     */
    boolean close(Duration limit, @Nullable GlobalTransaction own) {
        long start = System.nanoTime();
        leave(own);
        Set<GlobalTransaction> current = new HashSet<>(active);
        current.removeAll(stuck);
        BooleanSupplier ended = ended(current);
        await(limit.dividedBy(4).multipliedBy(3), () -> stuck.containsAll(current) || ended.getAsBoolean(), false);
        draining = true;
        await(limit.minusNanos(System.nanoTime() - start), () -> stuck.containsAll(active), false);
        return active.isEmpty();
    }

    /**
     * Refuses new transactions, and waits for the end of the active ones.
     *
     * @param own the caller's transaction, as above
     * @return whether none is left
     */
    boolean drain(Duration limit, @Nullable GlobalTransaction own) {
        draining = true;
        leave(own);
        await(limit, () -> stuck.containsAll(active), true);
        return active.isEmpty();
    }

    /** Keeps others from waiting for a transaction. */
    void leaveAlone(@Nullable GlobalTransaction own) {
        leave(own);
    }

    /** {@return whether a transaction is active that no call has left before} */
    private boolean leave(@Nullable GlobalTransaction own) {
        return own != null && active.contains(own) && stuck.add(own);
    }

    /** Accepts new transactions again. */
    void resume() {
        draining = false;
    }

    private static boolean await(Duration limit, BooleanSupplier done, boolean interruptible) {
        long start = System.nanoTime();
        while (!done.getAsBoolean()) {
            boolean givenUp = interruptible && Thread.currentThread().isInterrupted();
            if (givenUp || limit.minusNanos(System.nanoTime() - start).isNegative()) {
                return false;
            }
            MonotonicClock.SYSTEM.pause(STEP);
        }
        return true;
    }
}
