package io.github.postgresxa.spring.transaction;

import io.github.postgresxa.PostgresXa;
import io.github.postgresxa.TransactionCharacteristics.Isolation;
import io.github.postgresxa.TransactionId;
import jakarta.transaction.SystemException;
import jakarta.transaction.TransactionManager;
import jakarta.transaction.TransactionSynchronizationRegistry;
import jakarta.transaction.UserTransaction;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.springframework.dao.support.PersistenceExceptionTranslator;
import org.springframework.transaction.CannotCreateTransactionException;
import org.springframework.transaction.HeuristicCompletionException;
import org.springframework.transaction.IllegalTransactionStateException;
import org.springframework.transaction.NestedTransactionNotSupportedException;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.UnexpectedRollbackException;
import org.springframework.transaction.jta.JtaTransactionManager;
import org.springframework.transaction.support.DefaultTransactionStatus;
import org.springframework.transaction.support.TransactionSynchronization;

/**
 * Spring's JTA transactions with the meaning that PostgreSQL can give them.
 *
 * <ul>
 *   <li>Isolation levels are allowed, and hold where the transaction begins. A method that takes part in a running
 *       transaction with another level is refused instead of ignored: PostgreSQL cannot change the level any more.
 *   <li>Read-only holds where the transaction begins, too. As with every Spring transaction manager, a read-only method that
 *       takes part in a read-write transaction does not make it read-only.
 *   <li>Nested transactions are refused: a savepoint would have to exist on every node.
 *   <li>A lost answer to a commit is an {@link OutcomeUnknownException}.
 *   <li>A rollback at commit is an {@link UnexpectedRollbackException} that says what led to it; its cause is the DataAccessException that Spring
 *       has for that. Where trying again may help it is a {@link ConflictRollbackException}.
 * </ul>
 */
public final class PostgresXaTransactionManager extends JtaTransactionManager {

    private static final long serialVersionUID = 1L;

    private final transient Supplier<Optional<TransactionId>> currentTransaction;
    private final transient SpringTransactions transactions;
    private final transient LateConnections late;
    private final transient RollbackReason reason;

    /**
     * @param xa the core, whose transaction manager is used
     */
    public PostgresXaTransactionManager(PostgresXa xa) {
        this(xa, Stream::empty);
    }

    /**
     * @param xa the core, whose transaction manager is used
     * @param translators give Spring's name to what a persistence framework throws when it flushes before the commit
     */
    public PostgresXaTransactionManager(PostgresXa xa, Supplier<Stream<PersistenceExceptionTranslator>> translators) {
        this(
                xa.userTransaction(),
                xa.transactionManager(),
                xa.transactionSynchronizationRegistry(),
                xa::currentTransaction,
                dataSource -> ManagedNodes.behind(dataSource, xa).isPresent(),
                translators);
    }

    PostgresXaTransactionManager(
            UserTransaction userTransaction,
            TransactionManager transactionManager,
            TransactionSynchronizationRegistry registry,
            Supplier<Optional<TransactionId>> currentTransaction,
            Predicate<DataSource> ofNode,
            Supplier<Stream<PersistenceExceptionTranslator>> translators) {
        super(userTransaction, transactionManager);
        setTransactionSynchronizationRegistry(registry);
        setAllowCustomIsolationLevels(true);
        this.currentTransaction = currentTransaction;
        this.transactions = new SpringTransactions(registry);
        this.late = new LateConnections(ofNode);
        this.reason = new RollbackReason(translators);
    }

    /** Refuses a nested begin here, because the general refusal would advise to switch nested transactions on. */
    @Override
    protected void doBegin(Object transaction, TransactionDefinition definition) {
        if (definition.getPropagationBehavior() == TransactionDefinition.PROPAGATION_NESTED
                && isExistingTransaction(transaction)) {
            throw new NestedTransactionNotSupportedException(
                    ("%s asks for propagation NESTED inside a running transaction. A transaction over several PostgreSQL nodes has no"
                                    + " savepoints. Use REQUIRED to take part in it, or REQUIRES_NEW for one that commits on its own.")
                            .formatted(nameOf(definition)));
        }
        super.doBegin(transaction, definition);
        try {
            belongToItAlone(definition);
        } catch (RuntimeException | SystemException | Error e) {
            undo(e);
            throw new CannotCreateTransactionException("A transaction could not be told what was asked of it", e);
        }
    }

    /** What was asked for holds for this transaction, and for no other that begins on the thread while it runs. */
    private void belongToItAlone(TransactionDefinition definition) throws SystemException {
        transactions.begun(definition.getName(), definition.getIsolationLevel(), definition.isReadOnly());
        UserTransaction userTransaction = getUserTransaction();
        if (userTransaction != null && determineTimeout(definition) > 0) {
            userTransaction.setTransactionTimeout(0);
        }
    }

    private void undo(Throwable failure) {
        try {
            UserTransaction userTransaction = getUserTransaction();
            if (userTransaction != null) {
                userTransaction.rollback();
            }
        } catch (RuntimeException | SystemException e) {
            failure.addSuppressed(e);
        }
    }

    /**
     * Checks a method that takes part in a running transaction. Nothing has been changed for it at this point, so that a
     * refusal leaves the running transaction as it was.
     *
     * <p>Where that transaction was begun without Spring, its characteristics are not this method's to set.
     */
    @Override
    protected void prepareSynchronization(DefaultTransactionStatus status, TransactionDefinition definition) {
        boolean takesPart = status.hasTransaction() && !status.isNewTransaction();
        if (takesPart) {
            refuseAnotherIsolation(definition);
        }
        boolean begunWithoutSpring = takesPart && status.isNewSynchronization();
        if (begunWithoutSpring) {
            transactions.joined(definition.getName());
        }
        super.prepareSynchronization(status, begunWithoutSpring ? new PlainDefinition(definition) : definition);
    }

    private void refuseAnotherIsolation(TransactionDefinition definition) {
        Isolation asked = SpringTransactions.isolation(definition.getIsolationLevel());
        Isolation running = transactions.characteristics().isolation();
        if (asked == Isolation.SERVER_DEFAULT || asked == running) {
            return;
        }
        if (running == Isolation.SERVER_DEFAULT && asked == Isolation.READ_COMMITTED) {
            return; // PostgreSQL has no weaker level, so whatever the server's default is, it is at least this
        }
        throw new IllegalTransactionStateException(
                ("%s asks for isolation %s, but takes part in a transaction that runs with %s. PostgreSQL fixes the level when a"
                                + " transaction begins. Ask for the level where the transaction begins, remove it here, or use propagation"
                                + " REQUIRES_NEW.")
                        .formatted(
                                nameOf(definition),
                                asked,
                                running == Isolation.SERVER_DEFAULT ? "the servers' default level" : running));
    }

    /** The id is read first: after the end nobody knows it any more. A rollback is told with the core's reason for it. */
    @Override
    protected void doCommit(DefaultTransactionStatus status) {
        late.unbind();
        Optional<TransactionId> id = currentTransaction.get();
        try {
            super.doCommit(status);
        } catch (HeuristicCompletionException e) {
            if (id.isEmpty() || e.getOutcomeState() != HeuristicCompletionException.STATE_MIXED) {
                throw e;
            }
            throw new OutcomeUnknownException(id.get(), e);
        } catch (UnexpectedRollbackException e) {
            throw reason.told(e);
        }
    }

    @Override
    protected void doRollback(DefaultTransactionStatus status) {
        late.unbind();
        super.doRollback(status);
    }

    /** The transaction was begun without Spring, and its end is told by JTA. */
    @Override
    protected void registerAfterCompletionWithExistingTransaction(
            Object transaction, List<TransactionSynchronization> synchronizations) {
        late.unbind();
        super.registerAfterCompletionWithExistingTransaction(transaction, synchronizations);
    }

    private static String nameOf(TransactionDefinition definition) {
        String name = definition.getName();
        return name == null ? "This code" : name;
    }
}
