package io.github.postgresxa.transaction;

import io.github.postgresxa.branch.Branch;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** The branches of an acknowledged commit that are finished in the background, and released there. */
final class Rest {

    private final long since = System.nanoTime();
    private final Set<Branch> branches = new HashSet<>();
    private final CompletableFuture<Boolean> over = new CompletableFuture<>();
    private final Runnable last;

    /** One for each branch, and one until all are handed over. */
    private int open = 1;

    private boolean everywhere = true;
    private boolean reported;

    /**
     * Creates it without branches.
     *
     * @param last called when nothing is left to do, before that is announced
     */
    Rest(Runnable last) {
        this.last = last;
    }

    /** Takes a branch: from now on its session belongs to the background. */
    synchronized void take(Branch branch) {
        branches.add(branch);
        open++;
    }

    synchronized boolean has(Branch branch) {
        return branches.contains(branch);
    }

    /**
     * Notes that a branch has ended and is released, or that all are handed over.
     *
     * @param done whether it is known to be finished; if not, it is left to recovery
     */
    void ended(boolean done) {
        @Nullable Boolean result = count(done);
        if (result != null) {
            last.run();
            over.complete(result);
        }
    }

    private synchronized @Nullable Boolean count(boolean done) {
        everywhere &= done;
        open--;
        return open == 0 ? everywhere : null;
    }

    /** {@return completes when nothing is left to do: whether each branch is known to be finished} */
    CompletableFuture<Boolean> over() {
        return over;
    }

    /** {@return the time since the acknowledgement, in nanoseconds} */
    long age() {
        return System.nanoTime() - since;
    }

    /** {@return whether the end of the transaction was not reported before this call} */
    synchronized boolean report() {
        boolean first = !reported;
        reported = true;
        return first;
    }
}
