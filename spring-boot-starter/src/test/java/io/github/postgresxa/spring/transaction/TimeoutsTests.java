package io.github.postgresxa.spring.transaction;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import jakarta.transaction.Status;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.transaction.InvalidTimeoutException;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.interceptor.RuleBasedTransactionAttribute;
import org.springframework.transaction.support.TransactionTemplate;

/** Which timeout a transaction of Spring begins with. */
class TimeoutsTests {

    private final ThreadTransactions jta = new ThreadTransactions();
    private final PostgresXaTransactionManager manager = new PostgresXaTransactionManager(
            jta, jta::begin, jta, jta, Optional::empty, dataSource -> Optional.empty(), Stream::empty);

    private @Nullable Duration begunWith(TransactionDefinition definition) {
        manager.rollback(manager.getTransaction(definition));
        return jta.begunWith;
    }

    private static RuleBasedTransactionAttribute labelled(String... labels) {
        RuleBasedTransactionAttribute attribute = new RuleBasedTransactionAttribute();
        attribute.setName("Transfers.transfer");
        attribute.setLabels(List.of(labels));
        return attribute;
    }

    @Test
    void wholeSecondsAreKeptWithTheTransactionAndTheThreadsStayAsTheyAre() {
        jta.timeout = 60;
        TransactionTemplate template = new TransactionTemplate(manager);
        template.setTimeout(2);
        assertThat(begunWith(template)).isEqualTo(Duration.ofSeconds(2));
        assertThat(jta.timeout).isEqualTo(60);
    }

    @Test
    void withoutOneTheTransactionManagersOwnCounts() {
        assertThat(begunWith(new TransactionTemplate(manager))).isNull();
        assertThat(begunWith(new XaTransactionTemplate(manager))).isNull();
        assertThat(begunWith(labelled("of no concern"))).isNull();
    }

    @Test
    void aTemplateMayHaveAFractionAndItsLastSetterCounts() {
        XaTransactionTemplate template = new XaTransactionTemplate(manager);
        template.setTimeout(Duration.ofMillis(500));
        assertThat(begunWith(template)).isEqualTo(Duration.ofMillis(500));
        assertThat(template.getTimeout()).as("for another manager").isEqualTo(1);
        template.setTimeout(3);
        assertThat(begunWith(template)).isEqualTo(Duration.ofSeconds(3));
        template.setTimeout(Duration.ofMillis(2_500));
        assertThat(begunWith(template)).isEqualTo(Duration.ofMillis(2_500));
        assertThatIllegalArgumentException().isThrownBy(() -> template.setTimeout(Duration.ZERO));
    }

    @Test
    void aLabelMayHaveAFraction() {
        assertThat(begunWith(labelled("money", "postgres.xa.timeout=500ms"))).isEqualTo(Duration.ofMillis(500));
        assertThat(begunWith(labelled("postgres.xa.timeout=PT1.5S"))).isEqualTo(Duration.ofMillis(1_500));
        assertThat(begunWith(labelled("postgres.xa.timeout=2")))
                .as("seconds, like each timeout of Spring")
                .isEqualTo(Duration.ofSeconds(2));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "soon", "0.5", "0ms", "-1s", "${missing}"})
    void aLabelThatIsNoTimeoutIsRefused(String value) {
        assertThatExceptionOfType(InvalidTimeoutException.class)
                .isThrownBy(() -> begunWith(labelled("postgres.xa.timeout=" + value)))
                .withMessageContaining("Transfers.transfer has a label that is no timeout")
                .withMessageContaining("postgres.xa.timeout=" + value);
        assertThat(jta.getStatus()).isEqualTo(Status.STATUS_NO_TRANSACTION);
    }

    @Test
    void twoTimeoutsAreRefused() {
        RuleBasedTransactionAttribute both = labelled("postgres.xa.timeout=500ms");
        both.setTimeout(2);
        for (RuleBasedTransactionAttribute attribute :
                List.of(both, labelled("postgres.xa.timeout=1s", "postgres.xa.timeout=2s"))) {
            assertThatExceptionOfType(InvalidTimeoutException.class)
                    .isThrownBy(() -> begunWith(attribute))
                    .withMessageContaining("more than one timeout");
        }
    }

    @Test
    void aDefaultMayHaveAFractionAndTheLastSetterCounts() {
        manager.setDefaultTimeout(Duration.ofMillis(1_500));
        assertThat(begunWith(new TransactionTemplate(manager))).isEqualTo(Duration.ofMillis(1_500));
        assertThat(begunWith(labelled("postgres.xa.timeout=2s"))).isEqualTo(Duration.ofSeconds(2));
        manager.setDefaultTimeout(7);
        assertThat(begunWith(new TransactionTemplate(manager))).isEqualTo(Duration.ofSeconds(7));
        manager.setDefaultTimeout(TransactionDefinition.TIMEOUT_DEFAULT);
        assertThat(begunWith(new TransactionTemplate(manager))).isNull();
    }
}
