package io.github.postgresxa.samples.bank.show;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.springframework.stereotype.Component;

/**
 * A ring of steps between the threads that commit and the one that updates the page. Adding never waits, and the
 * oldest steps are dropped.
 */
@Component
final class StepBuffer {

    private static final int SIZE = 2_000;

    private final Deque<Step> ring = new ArrayDeque<>(SIZE);

    synchronized void add(Step step) {
        if (ring.size() == SIZE) {
            ring.removeFirst();
        }
        ring.addLast(step);
    }

    /** {@return what was added since the last call, oldest first} */
    synchronized List<Step> drain() {
        var steps = new ArrayList<>(ring);
        ring.clear();
        return steps;
    }
}
