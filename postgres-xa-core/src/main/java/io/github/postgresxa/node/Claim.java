package io.github.postgresxa.node;

import java.util.Set;

/**
 * The right to do something that only one thread may do at a time. The thread that takes it must release it, however
 * the work ends.
 */
public interface Claim {

    /**
     * Tries to take the right; never waits.
     *
     * @return whether the caller has it now
     */
    boolean take();

    /** Releases the right. */
    void release();

    /**
     * Returns the claim on one of many things.
     *
     * @param taken what is taken now; safe for use by several threads
     * @param what what is claimed
     * @param <K> its type
     * @return the claim
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
