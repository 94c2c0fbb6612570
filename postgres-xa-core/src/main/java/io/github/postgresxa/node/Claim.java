package io.github.postgresxa.node;

import java.util.Set;

/** What one thread at a time may do. Whoever takes it releases it, however the work ends. */
public interface Claim {

    /** {@return whether it is the caller's now} */
    boolean take();

    /** Lets the next one take it. */
    void release();

    /**
     * @param taken what is taken now; safe for use by several threads
     * @param what what is claimed
     * @param <K> its type
     * @return a claim on one of many
     */
    static <K> Claim on(Set<K> taken, K what) {
        return new Claim() {
            @Override
            public boolean take() {
                return taken.add(what);
            }

            @Override
            public void release() {
                taken.remove(what);
            }
        };
    }
}
