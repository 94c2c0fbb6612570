package io.github.postgresxa.manager.narayana;

import com.arjuna.ats.arjuna.exceptions.ObjectStoreException;
import com.arjuna.ats.arjuna.objectstore.ObjectStoreAPI;
import java.io.IOException;

/**
 * Where Narayana's decisions are kept if another resource takes part, and under which name the manager's branches are
 * found again: {@link LogInNode}, or {@link FileLog} where the application wants it or an earlier release has left one.
 */
interface DurableLog extends AutoCloseable {

    /**
     * {@return the name of this manager, part of each identifier that it gives} The one that is kept, or a new one that
     * no manager has ever had.
     */
    String managerName();

    /** {@return whether the name is kept, so that there may be decisions, and branches that wait for them} */
    boolean exists();

    /**
     * Makes sure that what is left under this name is found again. Called before the first branch is prepared for it.
     *
     * @throws IOException if that is not possible: nothing may be prepared then
     */
    void keepName() throws IOException;

    /**
     * Opens the log, and creates it if there is none.
     *
     * @return the store of the decisions
     * @throws ObjectStoreException if it cannot be used
     */
    ObjectStoreAPI open() throws ObjectStoreException;

    /** Lets another manager use it. */
    @Override
    void close();
}
