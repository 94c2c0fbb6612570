package io.github.postgresxa.benchmarks.contender;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.FutureTask;
import org.jspecify.annotations.Nullable;

/** Does a step on several nodes at once; the calling thread takes the first of them. */
final class Together {

    private Together() {}

    static void run(Executor others, int from, int to, PlainContender.Step step) throws Exception {
        if (to - from == 1) {
            step.on(from);
            return;
        }
        List<FutureTask<@Nullable Void>> tasks = new ArrayList<>(to - from - 1);
        for (int node = from + 1; node < to; node++) {
            int its = node;
            FutureTask<@Nullable Void> task = new FutureTask<>(() -> {
                step.on(its);
                return null;
            });
            tasks.add(task);
            others.execute(task);
        }
        Exception first = attempt(() -> step.on(from));
        for (FutureTask<@Nullable Void> task : tasks) {
            Exception problem = attempt(task::get);
            first = first == null ? problem : first;
        }
        if (first != null) {
            throw first;
        }
    }

    private interface Attempt {
        void run() throws Exception;
    }

    private static @Nullable Exception attempt(Attempt attempt) {
        try {
            attempt.run();
            return null;
        } catch (ExecutionException e) {
            return e.getCause() instanceof Exception cause ? cause : e;
        } catch (Exception e) {
            return e;
        }
    }
}
