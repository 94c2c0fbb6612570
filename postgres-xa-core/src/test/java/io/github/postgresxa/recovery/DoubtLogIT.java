package io.github.postgresxa.recovery;

import static io.github.postgresxa.support.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.github.postgresxa.TransactionId;
import io.github.postgresxa.support.Bank;
import io.github.postgresxa.test.PostgresNode;
import io.github.postgresxa.test.PostgresNodes;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** What the log says of branches in doubt. */
@PostgresNodes({"east", "north"})
class DoubtLogIT {

    private static final Duration LIMIT = Duration.ofSeconds(30);

    /** At that age its coordinator is most probably still at work, here or elsewhere. */
    @Test
    void aBranchThatWasPreparedThisVeryMomentIsNoWarning(PostgresNode east, PostgresNode north) throws Exception {
        Bank.open(north).close();
        ListAppender<ILoggingEvent> log = new ListAppender<>();
        Logger logger = (Logger) LoggerFactory.getLogger(Recovery.class);
        log.start();
        logger.addAppender(log);
        try (Bank bank = Bank.open(east)) {
            Bank.leavePrepared(TransactionId.random(), 1, north, east);
            eventually(LIMIT, "it is shown at once", () -> {
                bank.xa.recoverNow();
                return bank.xa.inDoubt().size() == 1;
            });
            eventually(LIMIT, "it is told once it has lasted", () -> {
                bank.xa.recoverNow();
                return !doubts(log).isEmpty();
            });
            bank.xa.recoverNow();
        } finally {
            logger.detachAppender(log);
            east.preparedTransactions().forEach(left -> east.execute("rollback prepared '" + left.gid() + "'"));
        }
        assertThat(doubts(log)).singleElement().asString().doesNotContain("for 0 s");
    }

    private static List<String> doubts(ListAppender<ILoggingEvent> log) {
        return List.copyOf(log.list).stream()
                .map(ILoggingEvent::getFormattedMessage)
                .filter(m -> m.contains("is in doubt"))
                .toList();
    }
}
