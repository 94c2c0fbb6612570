package io.github.postgresxa.reliability.matrix;

/** Keeps one process of the application started ahead, because a JVM takes longer to start than most scenarios run. */
final class Spares implements AutoCloseable {

    private ApplicationProcess next = ApplicationProcess.start();

    ApplicationProcess take() {
        ApplicationProcess taken = next;
        next = ApplicationProcess.start();
        return taken;
    }

    @Override
    public void close() {
        next.close();
    }
}
