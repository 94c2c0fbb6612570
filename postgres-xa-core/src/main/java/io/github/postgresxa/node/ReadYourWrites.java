package io.github.postgresxa.node;

import io.github.postgresxa.TransactionId;
import io.github.postgresxa.gid.Gid;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * The commits that this process has acknowledged, and whose branch on one node it has not finished yet. A statement
 * that begins later on that node waits for them first, so its snapshot shows what the application was told is
 * committed. Other processes know nothing of these commits.
 *
 * <p>The wait cannot be part of a deadlock. What it waits for has its session and its thread, and COMMIT PREPARED needs
 * no lock that a transaction may hold. It is bounded, too: where a finish fails, the branch keeps its locks until
 * recovery has finished it, and no statement waits for a commit that was acknowledged longer ago than the limit.
 */
public final class ReadYourWrites {

    /** How often a statement that waits looks whether its transaction was ended meanwhile. */
    private static final Duration LOOK = Duration.ofMillis(100);

    /** So long that it never ends, and still a number of nanoseconds. */
    private static final Duration NEVER = Duration.ofDays(36_500);

    private final Duration limit;
    private final MonotonicClock clock;
    private final Consumer<TransactionId> noLongerAwaited;
    private volatile List<Unfinished> unfinished = List.of();

    /** A commit that is acknowledged, and not finished on this node. */
    public static final class Unfinished {

        private final Gid gid;
        private final long since;
        private final CompletableFuture<Void> over = new CompletableFuture<>();

        private Unfinished(Gid gid, long since) {
            this.gid = gid;
            this.since = since;
        }
    }

    /**
     * Creates the list of one node; it is empty.
     *
     * @param limit how long after its acknowledgement statements wait for a commit; 0 for no wait
     * @param clock the time
     * @param noLongerAwaited called once for a commit that is not finished within the limit, by the first statement
     *     that waits no longer
     */
    public ReadYourWrites(Duration limit, MonotonicClock clock, Consumer<TransactionId> noLongerAwaited) {
        this.limit = limit.compareTo(NEVER) < 0 ? limit : NEVER;
        this.clock = clock;
        this.noLongerAwaited = noLongerAwaited;
    }

    /**
     * Adds a commit, before its caller gets the answer.
     *
     * @param gid its prepared branch on this node
     * @return the commit, for {@link #finished}
     */
    public Unfinished acknowledged(Gid gid) {
        Unfinished one = new Unfinished(gid, clock.nanos());
        if (!limit.isZero()) {
            synchronized (this) {
                List<Unfinished> more = new ArrayList<>(unfinished);
                more.add(one);
                unfinished = List.copyOf(more);
            }
        }
        return one;
    }

    /**
     * Removes a commit: the node has answered COMMIT PREPARED.
     *
     * @param one the commit
     */
    public void finished(Unfinished one) {
        remove(one);
        one.over.complete(null);
    }

    private synchronized boolean remove(Unfinished one) {
        boolean there = unfinished.contains(one);
        if (there) {
            unfinished = unfinished.stream().filter(other -> other != one).toList();
        }
        return there;
    }

    /**
     * Removes the commits that another party has finished: what was prepared before, and is listed no more, is over.
     *
     * @param listed whether the node lists this prepared branch
     * @param asked when it was queried, by the monotonic clock
     */
    public void listed(Predicate<Gid> listed, long asked) {
        for (Unfinished one : unfinished) {
            if (one.since - asked < 0 && !listed.test(one.gid)) {
                finished(one);
            }
        }
    }

    /**
     * Waits until the commits that are acknowledged now are finished on this node, or the limit is over. Costs one read
     * of a field where there is none.
     *
     * @param ended whether the caller's transaction was ended meanwhile, so that nothing may run in it any more
     */
    public void await(BooleanSupplier ended) {
        List<Unfinished> before = unfinished;
        if (!before.isEmpty()) {
            before.forEach(one -> await(one, ended));
        }
    }

    private void await(Unfinished one, BooleanSupplier ended) {
        long end = one.since + limit.toNanos();
        while (!one.over.isDone() && !ended.getAsBoolean()) {
            long left = end - clock.nanos();
            if (left <= 0) {
                if (remove(one)) {
                    noLongerAwaited.accept(one.gid.transaction());
                }
                return;
            }
            clock.await(one.over, Duration.ofNanos(Math.min(left, LOOK.toNanos())));
        }
    }
}
