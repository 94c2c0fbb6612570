package io.github.postgresxa.transaction;

import io.github.postgresxa.ConflictException;
import io.github.postgresxa.RolledBackException;
import io.github.postgresxa.TransactionPhase;
import io.github.postgresxa.branch.Branch;
import io.github.postgresxa.node.Causes;
import jakarta.transaction.HeuristicMixedException;
import jakarta.transaction.RollbackException;
import java.sql.SQLException;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import javax.transaction.xa.XAException;
import org.jspecify.annotations.Nullable;

/**
 * Why a commit ended in a rollback. Managers hide the reason behind words that fit every case ("possibly because of a
 * timeout") or do not know it. The exception for the application names it first.
 *
 * @param transaction ours, null if the transaction touched no node
 * @param doom why no node could join it, or null
 * @param marked whether it was marked rollback-only before its commit
 * @param manager the name of one of the manager's own classes
 */
record RollbackReason(
        @Nullable GlobalTransaction transaction, @Nullable SQLException doom, boolean marked, String manager) {

    static final RollbackReason UNKNOWN = new RollbackReason(null, null, false, "");

    /** Without 40003, which leaves open whether the work was done, and without 40002, which is a constraint. */
    private static final Set<String> CONFLICTS = Set.of("40001", "40P01", "55P03");

    private static final Set<String> CONFLICT_TYPES = Set.of(
            "jakarta.persistence.OptimisticLockException",
            "org.hibernate.StaleStateException",
            "org.springframework.dao.ConcurrencyFailureException");

    /**
     * Adds the reason to a rollback.
     *
     * @param rollback what the manager reported
     * @return the same with the reason; unchanged if only the manager knows it
     */
    RollbackException in(RollbackException rollback) {
        Throwable why = reason(rollback);
        if (why == null) {
            return rollback;
        }
        String text = "%s is rolled back on all nodes: %s".formatted(subject(), words(why));
        RolledBackException exception =
                isConflict(why) ? new ConflictException(text, why) : new RolledBackException(text, why);
        exception.addSuppressed(rollback);
        return exception;
    }

    /**
     * Checks that the nodes rolled back, too. A manager reports a rollback that it has decided on, also if the nodes
     * did not answer it, or an operator's order to commit came first.
     *
     * @param rollback what the manager reported
     * @throws HeuristicMixedException if the transaction is committed, or may be
     */
    void refuseIfNotKnown(RollbackException rollback) throws HeuristicMixedException {
        if (transaction == null) {
            return;
        }
        boolean open =
                transaction.phase() == TransactionPhase.PREPARED || transaction.phase() == TransactionPhase.UNDECIDED;
        if (open || transaction.isOverruled()) {
            HeuristicMixedException told = new HeuristicMixedException(
                    open ? unknown(transaction, null) : XaAnswers.overruledText(transaction.id()));
            told.initCause(rollback);
            throw told;
        }
    }

    private static String unknown(GlobalTransaction transaction, @Nullable HeuristicMixedException told) {
        if (transaction.phase() != TransactionPhase.PREPARED) {
            return XaAnswers.unknownText(transaction.id(), null);
        }
        String why = told instanceof UndecidedByManagerException
                ? told.getMessage()
                : "its home has not answered, and what is prepared waits for it";
        return XaAnswers.unknownText(transaction.id(), new SQLException(why));
    }

    /**
     * Says how to find out about an unknown outcome.
     *
     * @param unknown what the manager reported
     * @return the same with the transaction's id; unchanged if it is not about the nodes
     */
    HeuristicMixedException in(HeuristicMixedException unknown) {
        if (transaction == null
                || transaction.phase() != TransactionPhase.UNDECIDED
                        && transaction.phase() != TransactionPhase.PREPARED) {
            return unknown;
        }
        HeuristicMixedException told = new HeuristicMixedException(unknown(transaction, unknown));
        told.initCause(unknown);
        return told;
    }

    private String subject() {
        return transaction == null ? "The transaction" : "Transaction " + transaction.id();
    }

    /** {@return the first cause: the others follow from it} */
    private @Nullable Throwable reason(RollbackException rollback) {
        Throwable known = transaction == null ? doom : first(transaction.doom(), transaction.rollbackReason());
        Throwable failed = failure(rollback);
        if (known != null) {
            return known;
        }
        if (failed != null) {
            return failed;
        }
        return marked ? mark() : null;
    }

    private static @Nullable Throwable first(@Nullable Throwable one, @Nullable Throwable other) {
        return one == null ? other : one;
    }

    /**
     * {@return what failed in a call of the manager before the commit, for example the flush of a persistence context}
     */
    private @Nullable Throwable failure(Throwable rollback) {
        return failure(rollback, Collections.newSetFromMap(new IdentityHashMap<>()));
    }

    private @Nullable Throwable failure(Throwable rollback, Set<Throwable> seen) {
        if (!seen.add(rollback)) {
            return null;
        }
        Throwable cause =
                Causes.of(rollback).skip(1).filter(this::isOfOthers).findFirst().orElse(null);
        return cause != null
                ? cause
                : Stream.of(rollback.getSuppressed())
                        .map(s -> s instanceof XAException ? null : failure(s, seen))
                        .filter(Objects::nonNull)
                        .findFirst()
                        .orElse(null);
    }

    private boolean isOfOthers(Throwable failure) {
        String type = failure.getClass().getName();
        return !(failure instanceof XAException)
                && !type.startsWith("jakarta.transaction.")
                && !type.startsWith(vendor());
    }

    /** {@return the prefix of the names of the manager's own classes: their first two packages} */
    private String vendor() {
        int second = manager.indexOf('.', manager.indexOf('.') + 1);
        return second < 0 ? manager : manager.substring(0, second + 1);
    }

    private SQLException mark() {
        String text = "it was marked rollback-only, for example by a method that took part in it and failed";
        Branch failed = transaction == null
                ? null
                : transaction.branches().stream()
                        .filter(b -> b.work().firstFailure() != null)
                        .findFirst()
                        .orElse(null);
        if (failed == null) {
            return new SQLException(text, "25000");
        }
        SQLException first = Objects.requireNonNull(failed.work().firstFailure());
        return new SQLException(
                "%s. The first statement that failed in it, on node '%s': %s"
                        .formatted(text, failed.session().node().name(), first.getMessage()),
                first.getSQLState() == null ? "25000" : first.getSQLState(),
                first);
    }

    private static String words(Throwable why) {
        return why instanceof SQLException
                ? XaAnswers.text(why)
                : "what ran before the commit failed: %s: %s"
                        .formatted(why.getClass().getSimpleName(), XaAnswers.text(why));
    }

    private static boolean isConflict(Throwable why) {
        return Causes.of(why).anyMatch(RollbackReason::saysConflict);
    }

    private static boolean saysConflict(Throwable failure) {
        if (failure instanceof SQLException e && e.getSQLState() != null && CONFLICTS.contains(e.getSQLState())) {
            return true;
        }
        for (Class<?> type = failure.getClass(); type != null; type = type.getSuperclass()) {
            if (CONFLICT_TYPES.contains(type.getName())) {
                return true;
            }
        }
        return false;
    }
}
