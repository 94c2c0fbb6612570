package io.github.postgresxa.manager.nodelog;

import io.github.postgresxa.decision.Decision;
import io.github.postgresxa.gid.ManagerXid;
import io.github.postgresxa.log.LogMessages;
import io.github.postgresxa.log.Throttle;
import io.github.postgresxa.manager.nodelog.ListedBranches.Listed;
import java.time.Duration;
import javax.transaction.xa.XAException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells a resource how a branch ends. Each answer is taken; what has not ended is listed again. */
final class BranchEnd {

    private static final Logger LOG = LoggerFactory.getLogger(BranchRecovery.class);

    private static final Throttle LINES = new Throttle(20, Duration.ofSeconds(10), System::nanoTime);

    private BranchEnd() {}

    /**
     * Tells a resource.
     *
     * @param isAlone whether the manager does not work on it any more. Otherwise a heuristic outcome is not forgotten:
     *     the manager's own call meets it, and the application learns it
     * @return whether the resource could be reached, whatever it said
     */
    static boolean tell(Listed listed, Decision.Kind row, boolean isAlone) {
        boolean commits = row == Decision.Kind.COMMIT;
        try {
            if (commits) {
                listed.resource().commit(listed.xid(), false);
            } else {
                listed.resource().rollback(listed.xid());
            }
            if (LINES.pass()) {
                LOG.info(
                        LogMessages.MANAGERS_BRANCH,
                        commits ? "commits" : "rolls back",
                        ManagerXid.of(listed.xid()),
                        LINES.more());
            }
            return true;
        } catch (XAException e) {
            return answered(listed, commits, isAlone, e);
        } catch (RuntimeException | Error e) {
            LOG.debug("{} could not end {}; it is tried again", listed.resource(), listed.xid(), e);
            return false;
        }
    }

    private static boolean answered(Listed listed, boolean commits, boolean isAlone, XAException answer) {
        switch (answer.errorCode) {
            case XAException.XAER_NOTA -> {
                LOG.debug("{} has ended before", listed.xid());
                return true;
            }
            case XAException.XA_HEURCOM, XAException.XA_HEURRB, XAException.XA_HEURMIX -> {
                boolean asDecided = answer.errorCode == (commits ? XAException.XA_HEURCOM : XAException.XA_HEURRB);
                if (!asDecided && LINES.pass()) {
                    LOG.error(
                            LogMessages.MANAGERS_BRANCH_OTHERWISE,
                            ManagerXid.of(listed.xid()),
                            commits ? "committed" : "rolled back",
                            answer.errorCode,
                            LINES.more());
                }
                if (isAlone) {
                    forget(listed);
                }
                return true;
            }
            default -> {
                LOG.debug(
                        "{} could not end {} ({}); it is tried again",
                        listed.resource(),
                        listed.xid(),
                        answer.errorCode,
                        answer);
                return answer.errorCode != XAException.XAER_RMFAIL;
            }
        }
    }

    private static void forget(Listed listed) {
        try {
            listed.resource().forget(listed.xid());
        } catch (XAException | RuntimeException e) {
            LOG.debug("{} does not forget {}", listed.resource(), listed.xid(), e);
        }
    }
}
