package io.github.postgresxa.transaction;

import io.github.postgresxa.branch.Branch;
import io.github.postgresxa.node.Dispatch;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * Runs the same step on several nodes at once. One node needs no second thread; the last one always runs on the
 * caller's.
 */
final class Parallel {

    private final Executor executor;

    Parallel(Executor executor) {
        this.executor = executor;
    }

    /**
     * Runs a step on each branch.
     *
     * @param items the nodes' branches
     * @param step what to do on each; it answers and never throws
     * @return the answers in the items' order, when all have arrived
     */
    <T, R> List<R> map(List<T> items, Function<T, R> step) {
        if (items.isEmpty()) {
            return List.of();
        }
        return items.size() == 1 ? List.of(step.apply(items.get(0))) : atOnce(items, step);
    }

    /**
     * Runs a quick step: a question, or the end of a reader. Two near nodes are called one after the other: their
     * answers arrive before a second thread would begin, at half the processor time.
     *
     * @param branches the nodes' branches
     * @param step what to do on each; it answers, waits for no disk, and never throws
     * @return the answers in the branches' order, when all have arrived
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
        List<CompletableFuture<R>> begun = new ArrayList<>(items.size());
        try {
            for (T item : items.subList(0, items.size() - 1)) {
                CompletableFuture<R> answer = new CompletableFuture<>();
                Runnable task = () -> answer(answer, step, item);
                // From here on it is answered, whatever happens.
                begun.add(answer);
                Dispatch.somewhere(executor, task);
            }
            begun.add(here(step, items.get(items.size() - 1)));
        } finally {
            // Every step ends, even after an error: none may go on with a session that is given back meanwhile.
            begun.forEach(answer -> answer.handle((nothing, error) -> answer).join());
        }
        return begun.stream().map(CompletableFuture::join).toList();
    }

    private static <T, R> CompletableFuture<R> here(Function<T, R> step, T item) {
        CompletableFuture<R> answer = new CompletableFuture<>();
        answer(answer, step, item);
        return answer;
    }

    private static <T, R> void answer(CompletableFuture<R> answer, Function<T, R> step, T item) {
        try {
            answer.complete(step.apply(item));
        } catch (Throwable e) {
            answer.completeExceptionally(e);
        }
    }
}
