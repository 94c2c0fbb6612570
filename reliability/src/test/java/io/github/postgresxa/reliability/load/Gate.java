package io.github.postgresxa.reliability.load;

/** Clients pass it before each piece of work. Closed, it lets the work in progress end and nothing new begin. */
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

    /** Returns when nobody is inside any more. */
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
            throw new IllegalStateException("nobody interrupts clients", e);
        }
    }
}
