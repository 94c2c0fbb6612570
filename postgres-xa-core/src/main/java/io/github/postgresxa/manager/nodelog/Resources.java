package io.github.postgresxa.manager.nodelog;

import java.util.Collection;
import javax.transaction.xa.XAResource;

/** Resources on which a manager may have left something prepared. */
public interface Resources {

    /** {@return whether they are to be asked now; asks none of them} */
    boolean areThere();

    /** {@return them, ready to be asked; without those that cannot be reached now} */
    Collection<XAResource> open();

    /**
     * Notes that one of them has failed: its connection may be a dead one, so the next time another one is opened.
     *
     * @param resource as {@link #open} returned it
     */
    default void failed(XAResource resource) {
        // The next one is another one anyway.
    }
}
