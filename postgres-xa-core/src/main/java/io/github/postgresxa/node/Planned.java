package io.github.postgresxa.node;

/** A task that a {@link Timer} runs later. */
@FunctionalInterface
public interface Planned {

    /** Keeps the task from beginning; one that runs goes on. */
    void cancel();
}
