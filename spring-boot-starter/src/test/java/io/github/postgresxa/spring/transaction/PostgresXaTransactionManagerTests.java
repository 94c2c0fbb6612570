package io.github.postgresxa.spring.transaction;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.springframework.transaction.TransactionDefinition.ISOLATION_DEFAULT;
import static org.springframework.transaction.TransactionDefinition.ISOLATION_READ_COMMITTED;
import static org.springframework.transaction.TransactionDefinition.ISOLATION_READ_UNCOMMITTED;
import static org.springframework.transaction.TransactionDefinition.ISOLATION_REPEATABLE_READ;
import static org.springframework.transaction.TransactionDefinition.ISOLATION_SERIALIZABLE;

import io.github.postgresxa.TransactionCharacteristics;
import io.github.postgresxa.TransactionCharacteristics.Isolation;
import io.github.postgresxa.TransactionId;
import jakarta.transaction.HeuristicMixedException;
import jakarta.transaction.NotSupportedException;
import jakarta.transaction.RollbackException;
import jakarta.transaction.Status;
import jakarta.transaction.Transaction;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;
import javax.transaction.xa.XAException;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.springframework.transaction.HeuristicCompletionException;
import org.springframework.transaction.IllegalTransactionStateException;
import org.springframework.transaction.NestedTransactionNotSupportedException;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.UnexpectedRollbackException;
import org.springframework.transaction.jta.JtaTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

class PostgresXaTransactionManagerTests {

    private static final TransactionId ID = TransactionId.random();

    private final ThreadTransactions jta = new ThreadTransactions();
    private final SpringTransactions transactions = new SpringTransactions(jta);
    private Optional<TransactionId> current = Optional.of(ID);
    private final PostgresXaTransactionManager manager = new PostgresXaTransactionManager(
            jta, jta::begin, jta, jta, () -> current, dataSource -> Optional.empty(), Stream::empty);

    @Nested
    class WhereATransactionBegins {

        @Test
        void itsLevelReachesTheCore() {
            assertThat(levelOf(ISOLATION_DEFAULT)).isEqualTo(Isolation.SERVER_DEFAULT);
            assertThat(levelOf(ISOLATION_READ_COMMITTED)).isEqualTo(Isolation.READ_COMMITTED);
            assertThat(levelOf(ISOLATION_REPEATABLE_READ)).isEqualTo(Isolation.REPEATABLE_READ);
            assertThat(levelOf(ISOLATION_SERIALIZABLE)).isEqualTo(Isolation.SERIALIZABLE);
        }

        @Test
        void readUncommittedBecomesReadCommitted() {
            assertThat(levelOf(ISOLATION_READ_UNCOMMITTED)).isEqualTo(Isolation.READ_COMMITTED);
        }

        @Test
        void readOnlyReachesTheCore() {
            assertThat(seenBy(readOnly(required())).readOnly()).isTrue();
            assertThat(seenBy(required()).readOnly()).isFalse();
        }

        @Test
        void aNewOneInsideAnotherHasItsOwnLevel() {
            TransactionCharacteristics inner = isolated(required(), ISOLATION_SERIALIZABLE)
                    .execute(status -> seenBy(isolated(requiresNew(), ISOLATION_REPEATABLE_READ)));

            assertThat(inner.isolation()).isEqualTo(Isolation.REPEATABLE_READ);
        }

        @Test
        void withoutATransactionThereAreNoCharacteristics() {
            TransactionTemplate supports = isolated(readOnly(required()), ISOLATION_SERIALIZABLE);
            supports.setPropagationBehavior(TransactionDefinition.PROPAGATION_SUPPORTS);

            assertThat(seenBy(supports)).isEqualTo(TransactionCharacteristics.DEFAULT);
            assertThat(transactions.characteristics()).isEqualTo(TransactionCharacteristics.DEFAULT);
        }

        private Isolation levelOf(int level) {
            return seenBy(isolated(required(), level)).isolation();
        }
    }

    @Nested
    class AMethodThatTakesPart {

        @Test
        void mayNotRequestAnotherLevel() {
            assertThatExceptionOfType(IllegalTransactionStateException.class)
                    .isThrownBy(() -> inside(ISOLATION_REPEATABLE_READ, ISOLATION_SERIALIZABLE))
                    .withMessageContaining("inner asks for isolation SERIALIZABLE")
                    .withMessageContaining("runs with REPEATABLE_READ")
                    .withMessageContaining("REQUIRES_NEW");
            assertThatExceptionOfType(IllegalTransactionStateException.class)
                    .isThrownBy(() -> inside(ISOLATION_DEFAULT, ISOLATION_SERIALIZABLE))
                    .withMessageContaining("the servers' default level");
            assertThatExceptionOfType(IllegalTransactionStateException.class)
                    .isThrownBy(() -> inside(ISOLATION_SERIALIZABLE, ISOLATION_READ_COMMITTED));
            assertThat(jta.getStatus()).isEqualTo(Status.STATUS_NO_TRANSACTION);
        }

        @Test
        void mayRequestTheSameLevelOrNone() {
            assertThat(inside(ISOLATION_SERIALIZABLE, ISOLATION_SERIALIZABLE)).isEqualTo(Isolation.SERIALIZABLE);
            assertThat(inside(ISOLATION_SERIALIZABLE, ISOLATION_DEFAULT)).isEqualTo(Isolation.SERIALIZABLE);
            assertThat(inside(ISOLATION_READ_UNCOMMITTED, ISOLATION_READ_COMMITTED))
                    .isEqualTo(Isolation.READ_COMMITTED);
        }

        @Test
        void mayRequestTheWeakestLevelInsideTheServersDefault() {
            assertThat(inside(ISOLATION_DEFAULT, ISOLATION_READ_COMMITTED)).isEqualTo(Isolation.SERVER_DEFAULT);
        }

        @Test
        void isRefusedWithoutHarmToTheRunningTransaction() {
            Isolation after = isolated(required(), ISOLATION_REPEATABLE_READ).execute(status -> {
                assertThatExceptionOfType(IllegalTransactionStateException.class)
                        .isThrownBy(() ->
                                isolated(required(), ISOLATION_SERIALIZABLE).execute(inner -> "never"));
                assertThat(status.isRollbackOnly()).isFalse();
                return transactions.characteristics().isolation();
            });

            assertThat(after).isEqualTo(Isolation.REPEATABLE_READ);
        }

        @Test
        void doesNotMakeTheRunningTransactionReadOnly() {
            TransactionCharacteristics inner = required().execute(status -> seenBy(readOnly(required())));

            assertThat(inner.readOnly()).isFalse();
        }

        private Isolation inside(int outer, int inner) {
            TransactionTemplate innerTemplate = isolated(required(), inner);
            innerTemplate.setName("inner");
            return isolated(required(), outer)
                    .execute(status -> seenBy(innerTemplate).isolation());
        }
    }

    @Nested
    class ATransactionBegunByHandInsideOneOfSpring {

        @Test
        void inheritsNothingFromTheSuspendedOne() {
            TransactionTemplate outer = isolated(readOnly(required()), ISOLATION_SERIALIZABLE);
            outer.setName("outer");
            outer.setTimeout(7);
            TransactionCharacteristics inside = outer.execute(status -> byHand(() -> {
                assertThat(transactions.name()).isNull();
                assertThat(transactions.synchronizes()).isFalse();
                assertThat(jta.timeout).as("the next one's timeout").isZero();
                return transactions.characteristics();
            }));

            assertThat(inside).isEqualTo(TransactionCharacteristics.DEFAULT);
        }

        @Test
        void leavesTheOuterOneAsItWas() {
            TransactionTemplate outer = isolated(readOnly(required()), ISOLATION_REPEATABLE_READ);
            outer.setName("outer");
            outer.executeWithoutResult(status -> {
                byHand(() -> "done");
                assertThat(transactions.name()).isEqualTo("outer");
                assertThat(transactions.synchronizes()).isTrue();
                assertThat(transactions.characteristics())
                        .isEqualTo(new TransactionCharacteristics(Isolation.REPEATABLE_READ, true));
            });
        }

        @Test
        void doesNotPassForOneOfTheSuspendedOnesLevel() {
            TransactionTemplate serializable = isolated(required(), ISOLATION_SERIALIZABLE);
            assertThatExceptionOfType(IllegalTransactionStateException.class)
                    .isThrownBy(() -> serializable.execute(status -> byHand(
                            () -> isolated(required(), ISOLATION_SERIALIZABLE).execute(inner -> "never"))))
                    .withMessageContaining("the servers' default level");
        }

        private <T> T byHand(Supplier<T> work) {
            Transaction suspended = Objects.requireNonNull(jta.suspend());
            try {
                jta.begin();
                try {
                    return work.get();
                } finally {
                    jta.rollback();
                }
            } catch (NotSupportedException e) {
                throw new IllegalStateException(e);
            } finally {
                jta.resume(suspended);
            }
        }
    }

    @Nested
    class ATransactionThatAnotherManagerOfSpringBegins {

        private final JtaTransactionManager foreign = new JtaTransactionManager(jta, jta);

        ATransactionThatAnotherManagerOfSpringBegins() {
            foreign.setAllowCustomIsolationLevels(true);
            new ForeignManagers(() -> transactions, () -> {
                        throw new IllegalStateException("no connection is bound");
                    })
                    .postProcessAfterInitialization(foreign, "foreign");
        }

        @Test
        void hasItsCharacteristics() {
            TransactionTemplate template = isolated(readOnly(new TransactionTemplate(foreign)), ISOLATION_SERIALIZABLE);
            assertThat(seenBy(template)).isEqualTo(new TransactionCharacteristics(Isolation.SERIALIZABLE, true));
        }

        @Test
        void isNotChangedByAMethodThatTakesPart() {
            TransactionCharacteristics inner = new TransactionTemplate(foreign)
                    .execute(status -> seenBy(readOnly(new TransactionTemplate(foreign))));
            assertThat(inner.readOnly()).isFalse();
        }
    }

    @Nested
    class ATransactionBegunWithoutSpring {

        @Test
        void keepsItsCharacteristics() throws Exception {
            jta.begin();
            TransactionCharacteristics seen = seenBy(readOnly(required()));
            jta.commit();

            assertThat(seen).isEqualTo(TransactionCharacteristics.DEFAULT);
        }

        @Test
        void refusesAnotherLevel() throws Exception {
            jta.begin();
            assertThatExceptionOfType(IllegalTransactionStateException.class)
                    .isThrownBy(
                            () -> isolated(required(), ISOLATION_SERIALIZABLE).execute(status -> "never"));
            assertThat(jta.getStatus()).isEqualTo(Status.STATUS_ACTIVE);
            jta.rollback();
        }
    }

    @Nested
    class ANestedTransaction {

        private final TransactionTemplate nested = required();

        ANestedTransaction() {
            nested.setPropagationBehavior(TransactionDefinition.PROPAGATION_NESTED);
        }

        @Test
        void isRefused() {
            assertThatExceptionOfType(NestedTransactionNotSupportedException.class)
                    .isThrownBy(() -> required().execute(status -> nested.execute(inner -> "never")))
                    .withMessageContaining("has no savepoints")
                    .withMessageContaining("REQUIRES_NEW");
        }

        @Test
        void isAnOrdinaryOneIfNoneRuns() {
            assertThat(nested.<String>execute(status -> "done")).isEqualTo("done");
        }
    }

    @Nested
    class ARollbackAtCommit {

        @Test
        void saysItsReason() {
            jta.rollback = rollback(new XAException("node 'west': duplicate key"));

            assertThatExceptionOfType(UnexpectedRollbackException.class)
                    .isThrownBy(() -> required().execute(status -> "done"))
                    .withMessage("node 'west': duplicate key");
        }

        @Test
        void hasTheMessageOfSpringWithoutAReason() {
            jta.rollback = new RollbackException("rolled back");

            assertThatExceptionOfType(UnexpectedRollbackException.class)
                    .isThrownBy(() -> required().execute(status -> "done"))
                    .withMessageContaining("unexpectedly rolled back");
        }

        private static RollbackException rollback(XAException reason) {
            RollbackException rollback = new RollbackException("rolled back");
            rollback.addSuppressed(reason); // as Narayana does
            return rollback;
        }
    }

    @Nested
    class ALostReplyToTheCommit {

        @Test
        void namesTheTransaction() {
            jta.heuristic = new HeuristicMixedException("XAER_RMFAIL");

            assertThatExceptionOfType(OutcomeUnknownException.class)
                    .isThrownBy(() -> required().execute(status -> "done"))
                    .withMessageContaining(ID.toString())
                    .satisfies(unknown -> {
                        assertThat(unknown.transaction()).isEqualTo(ID);
                        assertThat(unknown.getOutcomeState()).isEqualTo(HeuristicCompletionException.STATE_UNKNOWN);
                        assertThat(unknown).hasRootCause(jta.heuristic);
                    });
        }

        @Test
        void isReportedAsBySpringIfNoNodeWasUsed() {
            jta.heuristic = new HeuristicMixedException("another resource");
            current = Optional.empty();

            assertThatExceptionOfType(HeuristicCompletionException.class)
                    .isThrownBy(() -> required().execute(status -> "done"))
                    .isNotInstanceOf(OutcomeUnknownException.class);
        }
    }

    private TransactionCharacteristics seenBy(TransactionTemplate template) {
        return template.<TransactionCharacteristics>execute(status -> transactions.characteristics());
    }

    private TransactionTemplate required() {
        return new TransactionTemplate(manager);
    }

    private TransactionTemplate requiresNew() {
        TransactionTemplate template = required();
        template.setPropagationBehavior(TransactionDefinition.PROPAGATION_REQUIRES_NEW);
        return template;
    }

    private static TransactionTemplate isolated(TransactionTemplate template, int level) {
        template.setIsolationLevel(level);
        return template;
    }

    private static TransactionTemplate readOnly(TransactionTemplate template) {
        template.setReadOnly(true);
        return template;
    }
}
