package io.github.postgresxa.manager.narayana;

import com.arjuna.ats.arjuna.AtomicAction;
import com.arjuna.ats.arjuna.common.Uid;
import com.arjuna.ats.arjuna.coordinator.ActionManager;
import com.arjuna.ats.arjuna.coordinator.ActionStatus;
import com.arjuna.ats.arjuna.exceptions.ObjectStoreException;
import com.arjuna.ats.arjuna.state.OutputObjectState;
import com.arjuna.ats.jta.xa.XidImple;
import io.github.postgresxa.gid.ManagerIds;
import io.github.postgresxa.manager.nodelog.Decided;
import io.github.postgresxa.manager.nodelog.NodeLog;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/**
 * Narayana's decisions to commit, on a node. Narayana writes to a store for other reasons, too, so the status of the
 * transaction tells what a write means. It reads only in its own recovery, which finds nothing here: this name is new,
 * and {@link io.github.postgresxa.manager.nodelog.NodeLogRecovery} does the work.
 */
final class DecisionStore extends EmptyStore {

    private static final String TRANSACTION = "/StateManager/BasicAction/TwoPhaseCoordinator/AtomicAction";

    private final NodeLog log;

    DecisionStore(NodeLog log) {
        this.log = log;
    }

    /**
     * Writes a decision to commit, and nothing else.
     *
     * @return true
     * @throws ObjectStoreException if it is not written and will not be: Narayana rolls back
     * @throws UndecidedException if that is not known: Narayana calls no resource any more
     */
    @Override
    public boolean write_committed(Uid id, String type, OutputObjectState state) throws ObjectStoreException {
        AtomicAction action = action(id, type);
        if (action == null) {
            return super.write_committed(id, type, state);
        }
        String transaction = spelled(id);
        switch (action.status()) {
            case ActionStatus.COMMITTING -> decide(action, transaction);
            // It rolls back, and some resource did not. Without a row, recovery rolls that one back.
            case ActionStatus.ABORTING, ActionStatus.ABORTED -> refuseRollback(action, transaction);
            // Some resource has not committed yet, and the row stays. Without a row, that resource was the last one,
            // was to commit in one phase and failed: then Narayana counts on a retry, for which nothing is kept.
            default -> {
                if (action.status() == ActionStatus.COMMITTED && !log.hasDecided(transaction)) {
                    throw UndecidedException.of(
                            action, "the only resource that had written did not tell whether it has committed", null);
                }
            }
        }
        return true;
    }

    private void decide(AtomicAction action, String transaction) throws ObjectStoreException {
        Decided decided = log.decide(transaction);
        SQLException problem = decided.problem();
        switch (decided.outcome()) {
            case COMMITTED -> {}
            case ROLLED_BACK -> {
                if (problem != null) {
                    action.getDeferredThrowables().add(problem); // The application reads it in its exception.
                }
                throw new ObjectStoreException(decided.why(), problem);
            }
            case UNKNOWN ->
                throw UndecidedException.of(
                        action,
                        "the transaction manager's decision to commit was sent, and not answered: " + decided.why(),
                        problem);
        }
    }

    /** Notes that a decision is carried out, if each resource has ended its branch: one that failed may have it. */
    @Override
    public boolean remove_committed(Uid id, String type) throws ObjectStoreException {
        AtomicAction action = action(id, type);
        if (action != null && action.status() != ActionStatus.COMMITTED) {
            refuseRollback(action, spelled(id));
        } else if (action != null && action.getDeferredThrowables().isEmpty()) {
            log.ended(spelled(id));
        }
        return true;
    }

    /** {@link FirstToCommit} keeps Narayana from it, unless the application has a plug-in of its own. */
    private void refuseRollback(AtomicAction action, String transaction) {
        if (log.hasDecided(transaction)) {
            throw UndecidedException.of(
                    action,
                    "after the decision to commit, a resource has rolled back, and the transaction manager had others"
                            + " roll back, too. Compare the data",
                    null);
        }
    }

    private static @Nullable AtomicAction action(Uid id, String type) {
        return type.equals(TRANSACTION) && ActionManager.manager().get(id) instanceof AtomicAction known ? known : null;
    }

    private static String spelled(Uid id) {
        return ManagerIds.transaction(new XidImple(id));
    }
}
