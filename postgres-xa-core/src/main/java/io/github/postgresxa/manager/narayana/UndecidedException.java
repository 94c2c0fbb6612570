package io.github.postgresxa.manager.narayana;

import com.arjuna.ats.arjuna.AtomicAction;
import com.arjuna.ats.arjuna.coordinator.ActionManager;
import com.arjuna.ats.internal.jta.transaction.arjunacore.TransactionImple;
import org.jspecify.annotations.Nullable;

/**
 * The outcome is not known, so that Narayana may neither commit nor roll back. It has no code for that; but it catches
 * no RuntimeException where it writes its log.
 */
final class UndecidedException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private UndecidedException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }

    /**
     * Leaves a transaction to recovery, on its own thread.
     *
     * @param action the transaction, in its two phases
     * @param why what is not known
     * @param cause what failed, or null
     * @return what is to be thrown
     */
    static UndecidedException of(AtomicAction action, String why, @Nullable Throwable cause) {
        UndecidedException told = new UndecidedException(why, cause);
        try {
            leave(action);
        } catch (RuntimeException | Error e) {
            told.addSuppressed(e);
        }
        return told;
    }

    /**
     * Ends Narayana's work on a transaction in its two phases. No resource is called: they stay as they are. The
     * synchronizations run with its status now, which is neither committed nor rolled back.
     */
    static void leave(AtomicAction action) {
        TransactionImple transaction = TransactionImple.getTransaction(action.get_uid());
        try {
            action.end(true); // It cannot end once more, and only tells the synchronizations and the reaper.
        } finally {
            ActionManager.manager().remove(action.get_uid());
            if (transaction != null) {
                TransactionImple.removeTransaction(transaction);
            }
            action.removeThread();
        }
    }
}
