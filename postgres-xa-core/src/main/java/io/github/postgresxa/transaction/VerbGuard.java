package io.github.postgresxa.transaction;

import io.github.postgresxa.branch.Branch;
import io.github.postgresxa.log.LogMessages;
import io.github.postgresxa.node.Uninterruptibles;
import io.github.postgresxa.transaction.CommitProtocol.Ending;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs what a verb of the transaction manager asks for. No interrupt cuts it short, and an internal error never passes
 * for success: the transaction's phase then says what is known.
 */
final class VerbGuard {

    private static final Logger LOG = LoggerFactory.getLogger(FacadeXaResource.class);

    private final GlobalTransaction transaction;
    private final CommitProtocol protocol;
    private final Executor workers;

    VerbGuard(GlobalTransaction transaction, CommitProtocol protocol, Executor workers) {
        this.transaction = transaction;
        this.protocol = protocol;
        this.workers = workers;
    }

    /** {@return how a step ended; this method does not throw} */
    Ending run(Supplier<Ending> step) {
        return Uninterruptibles.call(workers, () -> answered(step));
    }

    private Ending answered(Supplier<Ending> step) {
        try {
            return step.get();
        } catch (RuntimeException | Error e) {
            LOG.error(LogMessages.FAILED_IN_PHASE, transaction.id(), transaction.phase(), e);
            return switch (transaction.phase()) {
                case ACKNOWLEDGED, COMMITTED -> new Ending(CommitOutcome.COMMITTED, 0);
                case ABORTED -> new Ending(CommitOutcome.rolledBack(e), 0);
                case PREPARING -> giveUp(e);
                default -> new Ending(CommitOutcome.unknown(e), 0);
            };
        }
    }

    /** Rolls back: no decision was sent, so none will be. */
    private Ending giveUp(Throwable reason) {
        try {
            return protocol.rollback(transaction, Votes.NONE, reason);
        } catch (RuntimeException | Error e) {
            LOG.error(LogMessages.ROLLBACK_FAILED, transaction.id(), e);
            return new Ending(CommitOutcome.rolledBack(reason), 0);
        }
    }

    /** {@return what is known now of an outcome that was reported as unknown} */
    CommitOutcome askAgain() {
        return Uninterruptibles.call(workers, () -> protocol.askAgain(transaction));
    }

    /**
     * Releases the sessions, but not those that finish in the background. No interrupt reaches the queries that reset
     * them for their pools.
     */
    void release() {
        List<Branch> branches = transaction.toRelease();
        if (areReleased(branches)) {
            return;
        }
        Uninterruptibles.call(workers, () -> {
            for (Branch branch : branches) {
                Finishing.release(transaction.id(), branch);
            }
            return branches;
        });
    }

    private static boolean areReleased(List<Branch> branches) {
        for (Branch branch : branches) {
            if (!branch.isReleased()) {
                return false;
            }
        }
        return true;
    }
}
