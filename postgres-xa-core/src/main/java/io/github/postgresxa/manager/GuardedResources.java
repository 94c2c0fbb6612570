package io.github.postgresxa.manager;

import jakarta.transaction.HeuristicMixedException;
import jakarta.transaction.SystemException;
import java.util.ArrayList;
import java.util.List;
import javax.transaction.xa.XAException;

/**
 * The other resources of a transaction that is rolled back, and what they say. One may have ended its work on its own
 * before. The managers report a rollback all the same.
 */
public final class GuardedResources {

    private final List<GuardedResource> resources = new ArrayList<>();

    /** Creates an empty list. */
    public GuardedResources() {}

    /**
     * Adds a resource.
     *
     * @param resource has not been asked yet
     */
    public void add(GuardedResource resource) {
        resources.add(resource);
    }

    /**
     * Checks a rollback. JTA has no heuristic exception for it.
     *
     * @throws SystemException if one of them may have committed its work, or a part of it
     */
    public void requireRolledBack() throws SystemException {
        for (GuardedResource resource : resources) {
            XAException keeps = resource.keeps();
            if (keeps != null) {
                SystemException told = new SystemException(text(resource, keeps));
                told.initCause(keeps);
                throw told;
            }
        }
    }

    /**
     * Checks a commit that the manager reports as rolled back.
     *
     * @throws HeuristicMixedException if one of them may have committed its work, or a part of it
     */
    public void requireNothingKept() throws HeuristicMixedException {
        for (GuardedResource resource : resources) {
            XAException keeps = resource.keeps();
            if (keeps != null) {
                HeuristicMixedException told = new HeuristicMixedException(text(resource, keeps));
                told.initCause(keeps);
                throw told;
            }
        }
    }

    private static String text(GuardedResource resource, XAException keeps) {
        return ("The transaction is rolled back on the nodes, but another resource (%s) has ended on its own: its work,"
                        + " or a part of it, may be committed (XA code %d). Compare the data.")
                .formatted(resource.title(), keeps.errorCode);
    }
}
