package io.github.postgresxa.manager;

import static org.assertj.core.api.Assertions.assertThat;

import com.ibm.tx.jta.impl.TransactionImpl;
import com.sun.enterprise.transaction.JavaEETransactionImpl;
import io.github.postgresxa.commit.ManagerByHand;
import io.github.postgresxa.transaction.TimeLimit;
import jakarta.transaction.Transaction;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.function.IntFunction;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class TimeTellerTests {

    private static final ManagerByHand MANAGER = new ManagerByHand();

    static Stream<Arguments> servers() {
        return Stream.of(
                Arguments.of("Payara", (IntFunction<Transaction>) s -> new JavaEETransactionImpl(s, MANAGER)),
                Arguments.of("Liberty", (IntFunction<Transaction>) s -> new TransactionImpl(s, MANAGER)),
                Arguments.of("a subclass of Liberty's", (IntFunction<Transaction>) Embeddable::new));
    }

    /** Liberty's own is one. */
    public static final class Embeddable extends TransactionImpl {

        public Embeddable(int timeout) {
            super(timeout, MANAGER);
        }
    }

    private static TimeTeller teller(Transaction transaction) {
        return TimeTeller.of(transaction.getClass()).orElseThrow();
    }

    /** Also across the end of a second, which both count by. */
    @ParameterizedTest(name = "{0}")
    @MethodSource("servers")
    void theLimitIsNeverEarlierThanAsked(String name, IntFunction<Transaction> server) throws Exception {
        long before = System.nanoTime();
        Transaction transaction = server.apply(3);
        long after = System.nanoTime();
        TimeTeller teller = teller(transaction);
        while (System.nanoTime() - before < TimeUnit.MILLISECONDS.toNanos(1_200)) {
            TimeLimit limit = Objects.requireNonNull(teller.limit(transaction, 0));
            assertThat(limit.asked()).isEqualTo(Duration.ofSeconds(3));
            assertThat(Duration.ofNanos(limit.end() - before)).isGreaterThanOrEqualTo(Duration.ofSeconds(3));
            assertThat(Duration.ofNanos(limit.end() - after))
                    .as("and not a whole second later")
                    .isLessThan(Duration.ofMillis(3_500));
            TimeUnit.MILLISECONDS.sleep(1);
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("servers")
    void itIsOverAfterwards(String name, IntFunction<Transaction> server) throws Exception {
        Transaction transaction = server.apply(1);
        TimeUnit.MILLISECONDS.sleep(2_010); // Payara tells it with the next whole second.
        TimeLimit limit = Objects.requireNonNull(teller(transaction).limit(transaction, 0));
        assertThat(limit.isOver()).isTrue();
        assertThat(limit.asked()).isEqualTo(Duration.ofSeconds(1));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("servers")
    void thereIsNoneWithoutATimeout(String name, IntFunction<Transaction> server) throws Exception {
        Transaction transaction = server.apply(0);
        assertThat(teller(transaction).limit(transaction, 0)).isNull();
    }

    @Test
    void othersTellNothing() {
        assertThat(TimeTeller.of(ManagerByHand.class)).isEmpty();
        assertThat(TimeTeller.of(LikeLiberty.class))
                .as("the same names do not make it Liberty's")
                .isEmpty();
    }

    /** A class of another manager that happens to have the same methods. */
    public abstract static class LikeLiberty implements Transaction {

        public abstract long getExpirationTime();

        public abstract int getTimeout();
    }
}
