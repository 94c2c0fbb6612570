package io.github.postgresxa.reliability.load;

/** Clients pass it before each piece of work. When it is closed, work in progress ends and nothing new begins. */
final class Gate {

    private boolean open;
    private int inside;

    synchronized void enter() {
        while (!open) {
            await();
        }
        inside++;
    }

    synchronized void leave() {
        inside--;
        notifyAll();
    }

    synchronized void open() {
        open = true;
        notifyAll();
    }

    /** Returns when no client is inside any more. */
    synchronized void close() {
        open = false;
        while (inside > 0) {
            await();
        }
    }

    private void await() {
        try {
            wait();
        } catch (InterruptedException e) {
            throw new IllegalStateException("clients are never interrupted", e);
        }
    }
}
