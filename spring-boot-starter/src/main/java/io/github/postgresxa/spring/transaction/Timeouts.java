package io.github.postgresxa.spring.transaction;

import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.convert.DurationStyle;
import org.springframework.transaction.InvalidTimeoutException;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.interceptor.TransactionAttribute;

/** The timeout that a definition asks for, with its fraction, wherever that is written. */
final class Timeouts {

    /** Spring leaves labels to transaction managers, and annotations have no other place for a fraction. */
    private static final String LABEL = "postgres.xa.timeout=";

    private Timeouts() {}

    /** {@return the timeout in whole seconds, rounded up} */
    static int wholeSeconds(Duration timeout) {
        if (timeout.isZero() || timeout.isNegative()) {
            throw new IllegalArgumentException("the timeout of a transaction is more than zero, not " + timeout);
        }
        return (int) Math.min(timeout.plusSeconds(1).minusNanos(1).toSeconds(), Integer.MAX_VALUE);
    }

    /**
     * Finds the timeout of a definition.
     *
     * @param definition the definition
     * @return its timeout; null if it leaves that to the defaults
     * @throws InvalidTimeoutException if its label cannot be read, or it has another timeout beside
     */
    static @Nullable Duration of(TransactionDefinition definition) {
        Duration label = definition instanceof TransactionAttribute attribute ? ofLabel(attribute) : null;
        if (label != null) {
            return label;
        }
        Duration timeout = definition instanceof ExactTimeout exact
                ? exact.exactTimeout()
                : Duration.ofSeconds(definition.getTimeout());
        return timeout.isZero() || timeout.isNegative() ? null : timeout;
    }

    private static @Nullable Duration ofLabel(TransactionAttribute attribute) {
        List<String> labels =
                attribute.getLabels().stream().filter(l -> l.startsWith(LABEL)).toList();
        if (labels.isEmpty()) {
            return null;
        }
        if (labels.size() > 1 || attribute.getTimeout() != TransactionDefinition.TIMEOUT_DEFAULT) {
            throw refusal(attribute, labels, "has more than one timeout: say it once, as a label or as timeout", null);
        }
        try {
            Duration timeout = DurationStyle.detectAndParse(
                    labels.get(0).substring(LABEL.length()).strip(), ChronoUnit.SECONDS);
            wholeSeconds(timeout);
            return timeout;
        } catch (IllegalArgumentException e) {
            throw refusal(attribute, labels, "has a label that is no timeout: write " + LABEL + "500ms, say", e);
        }
    }

    private static InvalidTimeoutException refusal(
            TransactionAttribute attribute, List<String> labels, String problem, @Nullable Exception cause) {
        String name = attribute.getName() == null ? "A transaction" : attribute.getName();
        InvalidTimeoutException refusal = new InvalidTimeoutException(
                "%s %s. Its labels: %s".formatted(name, problem, labels), attribute.getTimeout());
        refusal.initCause(cause);
        return refusal;
    }
}
