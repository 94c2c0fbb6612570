package io.github.postgresxa.limits;

import static io.github.postgresxa.support.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.github.postgresxa.PostgresXa;
import io.github.postgresxa.recovery.Recovery;
import io.github.postgresxa.support.Bank;
import io.github.postgresxa.test.PostgresNode;
import io.github.postgresxa.test.PostgresNodes;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

@PostgresNodes({"east", "west"})
class UnsafeServerIT {

    @Test
    void aServerWithoutFsyncIsWarnedOfOnceAndByName(PostgresNode east, PostgresNode west) throws Exception {
        west.execute("alter system set fsync = off", "select pg_reload_conf()");
        eventually(
                Duration.ofSeconds(10),
                "fsync is off",
                () -> west.queryForString("show fsync").equals("off"));
        ListAppender<ILoggingEvent> log = new ListAppender<>();
        Logger logger = (Logger) LoggerFactory.getLogger(Recovery.class);
        log.start();
        logger.addAppender(log);
        try (PostgresXa xa = Bank.builder(east, west).build()) {
            xa.recoverNow();
            xa.recoverNow();
        } finally {
            logger.detachAppender(log);
            west.execute("alter system reset fsync", "select pg_reload_conf()");
        }
        assertThat(List.copyOf(log.list))
                .extracting(ILoggingEvent::getFormattedMessage)
                .filteredOn(message -> message.contains("= off"))
                .singleElement()
                .asString()
                .contains("node 'west'", "[fsync]")
                .doesNotContain("east");
    }
}
