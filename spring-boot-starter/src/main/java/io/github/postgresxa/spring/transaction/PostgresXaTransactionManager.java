package io.github.postgresxa.spring.transaction;

import io.github.postgresxa.PostgresXa;
import io.github.postgresxa.TransactionCharacteristics.Isolation;
import io.github.postgresxa.TransactionId;
import jakarta.transaction.NotSupportedException;
import jakarta.transaction.SystemException;
import jakarta.transaction.TransactionManager;
import jakarta.transaction.TransactionSynchronizationRegistry;
import jakarta.transaction.UserTransaction;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.support.PersistenceExceptionTranslator;
import org.springframework.transaction.CannotCreateTransactionException;
import org.springframework.transaction.HeuristicCompletionException;
import org.springframework.transaction.IllegalTransactionStateException;
import org.springframework.transaction.NestedTransactionNotSupportedException;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.UnexpectedRollbackException;
import org.springframework.transaction.jta.JtaTransactionManager;
import org.springframework.transaction.jta.JtaTransactionObject;
import org.springframework.transaction.support.DefaultTransactionStatus;
import org.springframework.transaction.support.TransactionSynchronization;

/**
 * Runs Spring's transactions over JTA, with the semantics that PostgreSQL can give them.
 *
 * <ul>
 *   <li>Isolation levels are allowed and take effect where the transaction begins. A method that takes part in a
 *       running transaction with another level is refused instead of ignored: PostgreSQL cannot change the level any
 *       more.
 *   <li>Read-only takes effect where the transaction begins, too. As with every Spring transaction manager, a read-only
 *       method that takes part in a read-write transaction does not make it read-only.
 *   <li>Timeouts are exact, and may have fractions of a second: {@link ExactTimeout}. They apply to the transaction
 *       that begins with them, and change nothing for others that the thread begins.
 *   <li>Nested transactions are refused: a savepoint would have to exist on every node.
 *   <li>A lost reply to a commit is an {@link OutcomeUnknownException}.
 *   <li>A rollback at commit is an {@link UnexpectedRollbackException} that says why; its cause is Spring's
 *       DataAccessException for that reason. If a retry may succeed, it is a {@link ConflictRollbackException}.
 *   <li>A transaction with a JPA session over a node that takes no part in it is rolled back instead of committed: what
 *       was changed in that session would be missing.
 * </ul>
 */
public final class PostgresXaTransactionManager extends JtaTransactionManager {

    private static final long serialVersionUID = 1L;

    private final transient Begin begin;
    private final transient Supplier<Optional<TransactionId>> currentTransaction;
    private final transient SpringTransactions transactions;
    private final transient LateConnections late;
    private final transient JpaSessions sessions;
    private final transient RollbackReason reason;
    private @Nullable Duration defaultTimeout;

    /** Begins a transaction with a timeout of its own. */
    @FunctionalInterface
    interface Begin {
        void begin(Duration timeout) throws NotSupportedException, SystemException;
    }

    /**
     * Creates a manager without translators.
     *
     * @param xa the core, whose transaction manager is used
     */
    public PostgresXaTransactionManager(PostgresXa xa) {
        this(xa, Stream::empty);
    }

    /**
     * Creates a manager.
     *
     * @param xa the core, whose transaction manager is used
     * @param translators translate what a persistence framework throws when it flushes before the commit into Spring's
     *     exceptions
     */
    public PostgresXaTransactionManager(PostgresXa xa, Supplier<Stream<PersistenceExceptionTranslator>> translators) {
        this(
                xa.userTransaction(),
                xa::begin,
                xa.transactionManager(),
                xa.transactionSynchronizationRegistry(),
                xa::currentTransaction,
                dataSource -> ManagedNodes.behind(dataSource, xa),
                translators);
    }

    PostgresXaTransactionManager(
            UserTransaction userTransaction,
            Begin begin,
            TransactionManager transactionManager,
            TransactionSynchronizationRegistry registry,
            Supplier<Optional<TransactionId>> currentTransaction,
            Function<DataSource, Optional<String>> nodes,
            Supplier<Stream<PersistenceExceptionTranslator>> translators) {
        super(userTransaction, transactionManager);
        setTransactionSynchronizationRegistry(registry);
        setAllowCustomIsolationLevels(true);
        this.begin = begin;
        this.currentTransaction = currentTransaction;
        this.transactions = new SpringTransactions(registry);
        this.late = new LateConnections(dataSource -> nodes.apply(dataSource).isPresent());
        this.sessions = new JpaSessions(() -> transactionManager, nodes);
        this.reason = new RollbackReason(translators);
    }

    /** Refuses a nested transaction here, because Spring's own refusal advises to switch nested transactions on. */
    @Override
    protected void doBegin(Object transaction, TransactionDefinition definition) {
        if (definition.getPropagationBehavior() == TransactionDefinition.PROPAGATION_NESTED
                && isExistingTransaction(transaction)) {
            throw new NestedTransactionNotSupportedException(
                    ("%s asks for propagation NESTED inside a running transaction. A transaction over several"
                                    + " PostgreSQL nodes has no savepoints. Use REQUIRED to take part in it, or"
                                    + " REQUIRES_NEW for one that commits on its own.")
                            .formatted(nameOf(definition)));
        }
        super.doBegin(transaction, definition);
        try {
            transactions.begun(definition.getName(), definition.getIsolationLevel(), definition.isReadOnly());
        } catch (RuntimeException | Error e) {
            undo(e);
            throw new CannotCreateTransactionException(
                    "The characteristics of a transaction could not be kept with it, so it does not begin", e);
        }
    }

    /**
     * Begins with the exact timeout, and leaves that of the thread as it is: it applies to no other transaction that
     * begins on the thread meanwhile.
     */
    @Override
    protected void doJtaBegin(JtaTransactionObject transaction, TransactionDefinition definition)
            throws NotSupportedException, SystemException {
        Duration timeout = timeout(definition);
        if (timeout == null) {
            super.doJtaBegin(transaction, definition);
        } else {
            applyIsolationLevel(transaction, definition.getIsolationLevel());
            begin.begin(timeout);
        }
    }

    private @Nullable Duration timeout(TransactionDefinition definition) {
        Duration own = Timeouts.of(definition);
        return own != null || definition.getTimeout() != TransactionDefinition.TIMEOUT_DEFAULT ? own : defaultTimeout();
    }

    /** {@return the timeout of transactions that name none; null if that is the transaction manager's own} */
    private @Nullable Duration defaultTimeout() {
        int seconds = getDefaultTimeout();
        if (defaultTimeout != null && Timeouts.wholeSeconds(defaultTimeout) == seconds) {
            return defaultTimeout;
        }
        return seconds > 0 ? Duration.ofSeconds(seconds) : null;
    }

    /**
     * Sets the timeout of transactions that name none. Of this and {@link #setDefaultTimeout(int)}, the last call
     * counts.
     *
     * @param timeout the timeout, more than zero; fractions of a second count
     * @throws IllegalArgumentException if it is not more than zero
     */
    public void setDefaultTimeout(Duration timeout) {
        setDefaultTimeout(Timeouts.wholeSeconds(timeout));
        defaultTimeout = timeout;
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
     * Checks a method that takes part in a running transaction. Nothing has changed for the method at this point, so a
     * refusal leaves the running transaction as it was.
     *
     * <p>If that transaction was begun without Spring, the method does not set its characteristics.
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
        if (status.hasTransaction() && status.isNewSynchronization()) {
            sessions.watch();
        }
    }

    private void refuseAnotherIsolation(TransactionDefinition definition) {
        Isolation requested = SpringTransactions.isolation(definition.getIsolationLevel());
        Isolation running = transactions.characteristics().isolation();
        if (requested == Isolation.SERVER_DEFAULT || requested == running) {
            return;
        }
        if (running == Isolation.SERVER_DEFAULT && requested == Isolation.READ_COMMITTED) {
            return; // PostgreSQL has no weaker level, so the server's default is at least this one.
        }
        throw new IllegalTransactionStateException(
                ("%s asks for isolation %s, but takes part in a transaction that runs with %s. PostgreSQL fixes the"
                                + " level when a transaction begins. Ask for the level where the transaction begins,"
                                + " remove it here, or use propagation REQUIRES_NEW.")
                        .formatted(
                                nameOf(definition),
                                requested,
                                running == Isolation.SERVER_DEFAULT ? "the servers' default level" : running));
    }

    /** Reads the id first, because it is unknown after the end. A rollback gets the core's reason as its message. */
    @Override
    protected void doCommit(DefaultTransactionStatus status) {
        Optional<String> refusal = sessions.refusal();
        late.unbind();
        if (refusal.isPresent()) {
            super.doRollback(status);
            throw new UnexpectedRollbackException(refusal.get());
        }
        Optional<TransactionId> id = currentTransaction.get();
        try {
            super.doCommit(status);
        } catch (HeuristicCompletionException e) {
            if (id.isEmpty() || e.getOutcomeState() != HeuristicCompletionException.STATE_MIXED) {
                throw e;
            }
            throw new OutcomeUnknownException(id.get(), e);
        } catch (UnexpectedRollbackException e) {
            throw reason.in(e);
        }
    }

    @Override
    protected void doRollback(DefaultTransactionStatus status) {
        late.unbind();
        super.doRollback(status);
    }

    /** Is called where the transaction was begun without Spring, so that JTA reports its end. */
    @Override
    protected void registerAfterCompletionWithExistingTransaction(
            Object transaction, List<TransactionSynchronization> synchronizations) {
        Optional<String> refusal = sessions.refusal(synchronizations);
        late.unbind();
        super.registerAfterCompletionWithExistingTransaction(transaction, synchronizations);
        if (refusal.isPresent()) {
            allowOnlyRollback(refusal.get());
        }
    }

    private void allowOnlyRollback(String refusal) {
        IllegalTransactionStateException failure = new IllegalTransactionStateException(refusal);
        try {
            UserTransaction userTransaction = getUserTransaction();
            if (userTransaction != null) {
                userTransaction.setRollbackOnly();
            }
        } catch (RuntimeException | SystemException e) {
            failure.addSuppressed(e);
        }
        throw failure;
    }

    private static String nameOf(TransactionDefinition definition) {
        String name = definition.getName();
        return name == null ? "This code" : name;
    }
}
