package io.github.postgresxa;

import java.util.concurrent.atomic.AtomicInteger;

/** Decides which of the protocol's messages is lost: the n-th, counted over all relays, as request or as reply. */
final class Losses {

    /** What happens to a message. */
    enum Fate {
        /** It arrives, and so does its answer. */
        ARRIVES,
        /** It never arrives, and its connection is cut. */
        REQUEST_LOST,
        /** It is executed, its answer never comes back, and its connection is cut. */
        REPLY_LOST
    }

    private final AtomicInteger left = new AtomicInteger();
    private volatile Fate fate = Fate.ARRIVES;

    /** From now on, the n-th message has this fate. */
    void arm(int n, Fate its) {
        fate = its;
        left.set(n);
    }

    /** {@return whether the message was sent in the meantime} */
    boolean struck() {
        return left.get() <= 0;
    }

    /** No message is lost any more. */
    void disarm() {
        left.set(0);
    }

    /** {@return what happens to a message that is sent now} */
    Fate next(String text) {
        boolean watching =
                text.contains("pg_prepared_xacts"); // The regular look at a node is not part of a transaction.
        if (watching || left.get() <= 0) {
            return Fate.ARRIVES;
        }
        return left.decrementAndGet() == 0 ? fate : Fate.ARRIVES;
    }
}
