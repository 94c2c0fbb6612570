package io.github.postgresxa.transaction;

import io.github.postgresxa.branch.Branch;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import java.util.stream.Stream;

/** The same step on several nodes at once. One node needs no second thread; the last one always runs on the caller's. */
final class Parallel {

    private final Executor executor;

    Parallel(Executor executor) {
        this.executor = executor;
    }

    /**
     * @param items the nodes' branches
     * @param step what to do on each; it answers and never throws
     * @return the answers, in the items' order, when all are there
     */
    <T, R> List<R> map(List<T> items, Function<T, R> step) {
        if (items.isEmpty()) {
            return List.of();
        }
        return items.size() == 1 ? List.of(step.apply(items.get(0))) : atOnce(items, step);
    }

    /**
     * The same for questions, and for what only a reader's node has to do. Two that are near are asked one after the other: the answers are there before a second thread would have
     * begun, and it costs half the processor time.
     *
     * @param branches the nodes' branches
     * @param step what to do on each; it answers, waits for no disk, and never throws
     * @return the answers, in the branches' order, when all are there
     */
    <R> List<R> quick(List<Branch> branches, Function<Branch, R> step) {
        return branches.size() == 2
                        && branches.stream().allMatch(b -> b.session().isNear())
                ? Stream.of(here(step, branches.get(0)), here(step, branches.get(1)))
                        .map(CompletableFuture::join)
                        .toList()
                : map(branches, step);
    }

    private <T, R> List<R> atOnce(List<T> items, Function<T, R> step) {
        List<CompletableFuture<R>> all = new ArrayList<>();
        for (int i = 0; i < items.size() - 1; i++) {
            all.add(start(step, items.get(i)));
        }
        all.add(here(step, items.get(items.size() - 1)));
        // Also after an error of ours every step has ended: none may go on with a session that is given back meanwhile.
        CompletableFuture<?> done = CompletableFuture.allOf(all.toArray(CompletableFuture[]::new));
        done.handle((nothing, error) -> nothing).join();
        return all.stream().map(CompletableFuture::join).toList();
    }

    private static <T, R> CompletableFuture<R> here(Function<T, R> step, T item) {
        try {
            return CompletableFuture.completedFuture(step.apply(item));
        } catch (RuntimeException | Error e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    private <T, R> CompletableFuture<R> start(Function<T, R> step, T item) {
        CompletableFuture<R> answer = new CompletableFuture<>();
        AtomicBoolean begun = new AtomicBoolean();
        Runnable task = () -> {
            if (begun.compareAndSet(false, true)) {
                try {
                    answer.complete(step.apply(item));
                } catch (RuntimeException | Error e) {
                    answer.completeExceptionally(e);
                }
            }
        };
        try {
            executor.execute(task);
        } catch (RuntimeException | Error noThread) { // It is shutting down, or the machine has no thread left.
            task.run(); // Slower, but a transaction is not lost for want of a thread.
        }
        return answer;
    }
}
