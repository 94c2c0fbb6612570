package io.github.postgresxa.recovery;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.github.postgresxa.node.MonotonicClock;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class LastPassTests {

    private static final Logger LOG = (Logger) LoggerFactory.getLogger(Recovery.class);

    private final ListAppender<ILoggingEvent> lines = new ListAppender<>();
    private @Nullable Level levelBefore;
    private long now;

    private final MonotonicClock clock = new MonotonicClock() {
        @Override
        public long nanos() {
            return now;
        }

        @Override
        public boolean pause(Duration length) {
            return true;
        }
    };

    @BeforeEach
    void listen() {
        lines.start();
        levelBefore = LOG.getLevel();
        // Other tests of the same process switch it off.
        LOG.setLevel(Level.INFO);
        LOG.addAppender(lines);
    }

    @AfterEach
    void stopListening() {
        LOG.detachAppender(lines);
        LOG.setLevel(levelBefore);
    }

    private void pass(Duration time) {
        now += time.toNanos();
    }

    private List<String> told() {
        return lines.list.stream().map(ILoggingEvent::getFormattedMessage).toList();
    }

    @Test
    void shortIntervalsHaveAMinuteAndLongOnesTenOfThem() {
        LastPass quick = new LastPass("east", Duration.ofSeconds(1), clock);
        LastPass slow = new LastPass("west", Duration.ofMinutes(1), clock);
        pass(Duration.ofSeconds(60));
        assertThat(quick.isOverdue()).isFalse();
        pass(Duration.ofSeconds(1));
        assertThat(quick.isOverdue()).isTrue();
        assertThat(slow.isOverdue()).isFalse();
        pass(Duration.ofMinutes(9));
        assertThat(slow.isOverdue()).isTrue();
    }

    @Test
    void theLogIsToldOnceWhenItBeginsAndOnceWhenItIsOver() {
        LastPass last = new LastPass("east", Duration.ofSeconds(1), clock);
        last.finished();
        assertThat(told()).isEmpty();
        pass(Duration.ofSeconds(75));
        assertThat(last.isOverdue()).isTrue();
        assertThat(last.isOverdue()).isTrue();
        assertThat(told()).singleElement().asString().contains("'east'", "75 s", "restart");
        last.finished();
        last.finished();
        assertThat(last.isOverdue()).isFalse();
        assertThat(told()).hasSize(2).last().asString().contains("'east'", "scans it again");
    }
}
