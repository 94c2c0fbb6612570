package io.github.postgresxa;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.slf4j.MDC;

class TransactionIdInLogTests {

    private final TransactionIdInLog listener = new TransactionIdInLog();
    private final TransactionId outer = TransactionId.random();
    private final TransactionId inner = TransactionId.random();

    @AfterEach
    void clear() {
        TransactionIdInLog.clear();
    }

    private void finish(TransactionId id) {
        listener.finished(id, Outcome.COMMITTED, 2, 1, Duration.ZERO);
    }

    private static @Nullable String inLog() {
        return MDC.get(TransactionIdInLog.KEY);
    }

    @Test
    void isThereUntilTheEnd() {
        listener.began(outer);
        assertThat(inLog()).isEqualTo(outer.toString());
        finish(outer);
        assertThat(inLog()).isNull();
    }

    @Test
    void comesBackWhenOneThatBeganMeanwhileHasEnded() {
        listener.began(outer);
        listener.began(inner);
        assertThat(inLog()).isEqualTo(inner.toString());
        finish(inner);
        assertThat(inLog()).isEqualTo(outer.toString());
        finish(outer);
        assertThat(inLog()).isNull();
    }

    @Test
    void anEndOnAnotherThreadChangesNothingThere() throws InterruptedException {
        listener.began(outer);
        Thread timeout = new Thread(() -> finish(outer));
        timeout.start();
        timeout.join();
        assertThat(inLog()).isEqualTo(outer.toString());
        TransactionIdInLog.clear();
        assertThat(inLog()).isNull();
    }
}
