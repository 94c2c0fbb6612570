package io.github.postgresxa.benchmarks.worker;

/** A contender could not execute a command. */
public final class WorkerException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    WorkerException(String message) {
        super(message);
    }
}
