package io.github.postgresxa.samples.jakarta.probe;

import java.io.PrintWriter;
import java.io.StringWriter;

/** Runs something and describes how it ended: a word, a line with the time in ms, and the exception. */
public final class Attempt {

    /** Anything that may fail. */
    @FunctionalInterface
    public interface Work {
        void run() throws Exception;
    }

    private Attempt() {}

    public static String of(Work work) {
        long start = System.nanoTime();
        Throwable failure = null;
        try {
            work.run();
        } catch (Exception | LinkageError e) {
            failure = e;
        }
        long millis = (System.nanoTime() - start) / 1_000_000;
        if (failure == null) {
            return "done\n" + millis + "\n";
        }
        StringWriter text = new StringWriter();
        failure.printStackTrace(new PrintWriter(text));
        return failure.getClass().getSimpleName() + "\n" + millis + "\n" + text;
    }
}
