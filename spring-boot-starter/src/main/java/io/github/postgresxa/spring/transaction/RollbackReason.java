package io.github.postgresxa.spring.transaction;

import javax.transaction.xa.XAException;
import org.jspecify.annotations.Nullable;

/**
 * Why a commit ended in a rollback. The core says it in an XAException, which the transaction manager wraps; what Spring makes
 * of it ("maybe due to a timeout") leads away from the cause.
 */
final class RollbackReason {

    private RollbackReason() {}

    static @Nullable String in(@Nullable Throwable failure) {
        for (Throwable each = failure; each != null; each = each.getCause()) {
            if (each instanceof XAException && each.getMessage() != null) {
                return each.getMessage();
            }
            for (Throwable suppressed : each.getSuppressed()) {
                String reason = in(suppressed);
                if (reason != null) {
                    return reason;
                }
            }
        }
        return null;
    }
}
