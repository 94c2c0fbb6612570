package io.github.postgresxa.spring.transaction;

import io.github.postgresxa.ConflictException;
import io.github.postgresxa.RolledBackException;
import java.sql.SQLException;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Objects;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Stream;
import javax.transaction.xa.XAException;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.CannotAcquireLockException;
import org.springframework.dao.ConcurrencyFailureException;
import org.springframework.dao.DataAccessException;
import org.springframework.dao.support.PersistenceExceptionTranslator;
import org.springframework.jdbc.support.SQLExceptionSubclassTranslator;
import org.springframework.transaction.UnexpectedRollbackException;

/**
 * Finds out why a commit ended in a rollback. The core reports it in an exception that Spring wraps; Spring's own
 * message ("maybe due to a timeout") is misleading.
 */
final class RollbackReason {

    private final Supplier<Stream<PersistenceExceptionTranslator>> translators;

    /**
     * @param translators those of the application's persistence frameworks, called when there is something to
     *     translate
     */
    RollbackReason(Supplier<Stream<PersistenceExceptionTranslator>> translators) {
        this.translators = translators;
    }

    /**
     * Adds the reason to an exception.
     *
     * @param rollback what Spring would throw
     * @return an exception with the reason as its message, and Spring's exception for that reason as its cause;
     *     {@code rollback} itself if no reason is known
     */
    UnexpectedRollbackException in(UnexpectedRollbackException rollback) {
        RolledBackException known = find(RolledBackException.class, rollback);
        if (known == null) {
            XAException answer = find(XAException.class, rollback);
            return answer == null || answer.getMessage() == null
                    ? rollback
                    : new UnexpectedRollbackException(answer.getMessage(), rollback);
        }
        String message = String.valueOf(known.getMessage());
        Throwable reason = known.getCause();
        DataAccessException translated = reason == null ? null : translate(reason);
        if (known instanceof ConflictException && !(translated instanceof ConcurrencyFailureException)) {
            translated = new CannotAcquireLockException(message, reason);
        }
        UnexpectedRollbackException explained = translated instanceof ConcurrencyFailureException conflict
                ? new ConflictRollbackException(message, conflict)
                : new UnexpectedRollbackException(message, translated == null ? known : translated);
        explained.addSuppressed(rollback);
        return explained;
    }

    private @Nullable DataAccessException translate(Throwable reason) {
        if (reason instanceof DataAccessException translated) {
            return translated;
        }
        if (reason instanceof SQLException failure) {
            return new SQLExceptionSubclassTranslator().translate("commit", null, failure);
        }
        return reason instanceof RuntimeException failure
                ? translators
                        .get()
                        .map(t -> t.translateExceptionIfPossible(failure))
                        .filter(Objects::nonNull)
                        .findFirst()
                        .orElse(null)
                : null;
    }

    private static <T extends Throwable> @Nullable T find(Class<T> type, Throwable failure) {
        return find(type, failure, Collections.newSetFromMap(new IdentityHashMap<>()));
    }

    /** Causes can lead in a circle: each failure is looked at once. */
    private static <T extends Throwable> @Nullable T find(
            Class<T> type, @Nullable Throwable failure, Set<Throwable> seen) {
        for (Throwable each = failure; each != null && seen.add(each); each = each.getCause()) {
            if (type.isInstance(each)) {
                return type.cast(each);
            }
            for (Throwable suppressed : each.getSuppressed()) {
                T found = find(type, suppressed, seen);
                if (found != null) {
                    return found;
                }
            }
        }
        return null;
    }
}
