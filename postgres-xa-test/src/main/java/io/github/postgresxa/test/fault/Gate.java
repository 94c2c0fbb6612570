package io.github.postgresxa.test.fault;

/** Lets every thread pass while it is open. */
final class Gate {

    private int locks;

    synchronized void shut() {
        locks++;
    }

    synchronized void open() {
        locks = Math.max(0, locks - 1);
        notifyAll();
    }

    synchronized void pass() throws InterruptedException {
        while (locks > 0) {
            wait();
        }
    }
}
