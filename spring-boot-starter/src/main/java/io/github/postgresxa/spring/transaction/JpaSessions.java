package io.github.postgresxa.spring.transaction;

import jakarta.persistence.EntityManager;
import jakarta.persistence.EntityManagerFactory;
import jakarta.transaction.Status;
import jakarta.transaction.SystemException;
import jakarta.transaction.TransactionManager;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.springframework.core.Ordered;
import org.springframework.orm.jpa.EntityManagerHolder;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/**
 * Finds JPA sessions that Spring bound to a transaction over the nodes and that take no part in it. What was changed in
 * such a session is never written, and nothing fails: its factory is without JTA, or does not know the transaction
 * manager. So the transaction must not commit.
 */
final class JpaSessions {

    private final Supplier<TransactionManager> jta;
    private final Function<DataSource, Optional<String>> nodes;

    /**
     * @param jta the transaction manager
     * @param nodes finds the node behind a DataSource
     */
    JpaSessions(Supplier<TransactionManager> jta, Function<DataSource, Optional<String>> nodes) {
        this.jta = jta;
        this.nodes = nodes;
    }

    /** Watches the transaction that begins on this thread, if Spring's synchronization is active in it. */
    void watch() {
        if (JpaFactory.isSupportedBySpring() && TransactionSynchronizationManager.isSynchronizationActive()) {
            TransactionSynchronizationManager.registerSynchronization(new Watch());
        }
    }

    /** {@return why this thread's transaction must not commit, if it must not} */
    Optional<String> refusal() {
        boolean watched =
                JpaFactory.isSupportedBySpring() && TransactionSynchronizationManager.isSynchronizationActive();
        // Spring sorts a copy of them at each call.
        return watched ? refusal(TransactionSynchronizationManager.getSynchronizations()) : Optional.empty();
    }

    /**
     * Looks at the sessions that were bound late, too.
     *
     * @param synchronizations those of the transaction
     * @return why it must not commit, if it must not
     */
    Optional<String> refusal(Collection<TransactionSynchronization> synchronizations) {
        List<Watch> watches = synchronizations.stream()
                .filter(Watch.class::isInstance)
                .map(Watch.class::cast)
                .toList();
        if (watches.isEmpty()) {
            return Optional.empty();
        }
        return watches.stream()
                .map(watch -> watch.refusal)
                .filter(Objects::nonNull)
                .findFirst()
                .or(this::look)
                .filter(found -> canCommit());
    }

    /** In a transaction that can only roll back, a session may be left out, and the reason for that is another one. */
    private boolean canCommit() {
        try {
            return jta.get().getStatus() == Status.STATUS_ACTIVE;
        } catch (SystemException e) {
            return false;
        }
    }

    private Optional<String> look() {
        return TransactionSynchronizationManager.getResourceMap().entrySet().stream()
                .flatMap(bound -> Orm.refusal(bound, nodes, this::canCommit))
                .findFirst();
    }

    /** Looks when nothing more is done in the sessions, and just before Spring unbinds them. */
    private final class Watch implements TransactionSynchronization {

        private boolean isCommitting;
        private @Nullable String refusal;

        @Override
        public int getOrder() {
            return Ordered.HIGHEST_PRECEDENCE;
        }

        @Override
        public void beforeCommit(boolean readOnly) {
            isCommitting = true;
        }

        @Override
        public void beforeCompletion() {
            if (isCommitting) {
                refusal = look().orElse(null);
            }
        }
    }

    /** Is loaded only where JPA and Spring's support for it are on the class path. */
    private static final class Orm {

        static Stream<String> refusal(
                Map.Entry<Object, Object> bound,
                Function<DataSource, Optional<String>> nodes,
                BooleanSupplier canCommit) {
            if (!(bound.getKey() instanceof EntityManagerFactory factory)
                    || !(bound.getValue() instanceof EntityManagerHolder holder)
                    || !holder.isSynchronizedWithTransaction()) {
                return Stream.empty();
            }
            EntityManager session = session(holder);
            if (session == null || !session.isOpen() || session.isJoinedToTransaction() || !canCommit.getAsBoolean()) {
                return Stream.empty();
            }
            JpaFactory described = JpaFactory.inUse(factory);
            return described.node(nodes).stream()
                    .filter(node -> described.isLocal() || !joins(session))
                    .map(node -> text(described, node));
        }

        private static @Nullable EntityManager session(EntityManagerHolder holder) {
            try {
                return holder.getEntityManager();
            } catch (IllegalStateException e) {
                return null; // A session without state: it writes at once.
            }
        }

        /** A provider may join only when the session is used. */
        private static boolean joins(EntityManager session) {
            try {
                session.joinTransaction();
                return session.isJoinedToTransaction();
            } catch (RuntimeException e) {
                return false;
            }
        }

        private static String text(JpaFactory factory, String node) {
            return ("A JPA session of persistence unit '%s', over node '%s', takes no part in the transaction: %s. What"
                            + " was changed in it would be missing, while other nodes commit. So the transaction rolls"
                            + " back on all nodes. %s (docs/jpa.md).")
                    .formatted(
                            factory.unit(),
                            node,
                            factory.isLocal()
                                    ? "its factory is without JTA (RESOURCE_LOCAL)"
                                    : "its factory does not know the transaction manager",
                            factory.isLocal()
                                    ? "Build the factory with jta(true)"
                                    : "Build the factory with Spring Boot's EntityManagerFactoryBuilder, or set"
                                            + " hibernate.transaction.jta.platform");
        }
    }
}
