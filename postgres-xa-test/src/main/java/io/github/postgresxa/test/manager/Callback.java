package io.github.postgresxa.test.manager;

import jakarta.transaction.Synchronization;
import java.util.List;

/** A synchronization that does what a test says. */
record Callback(Work before, AfterWork after) implements Synchronization {

    /** What it does. */
    @FunctionalInterface
    interface Work {
        void run() throws Exception;
    }

    /** What it does at the end. */
    @FunctionalInterface
    interface AfterWork {
        void run(int status) throws Exception;
    }

    static Callback before(Work work) {
        return new Callback(work, status -> {});
    }

    static Callback after(AfterWork work) {
        return new Callback(() -> {}, work);
    }

    /** Writes down when it is called. */
    static Callback noting(List<String> calls, String name) {
        return new Callback(() -> calls.add("before " + name), status -> calls.add("after " + name));
    }

    @Override
    public void beforeCompletion() {
        unchecked(before);
    }

    @Override
    public void afterCompletion(int status) {
        unchecked(() -> after.run(status));
    }

    static void unchecked(Work work) {
        try {
            work.run();
        } catch (RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }
}
