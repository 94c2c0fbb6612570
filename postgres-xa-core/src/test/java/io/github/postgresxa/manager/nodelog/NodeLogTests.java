package io.github.postgresxa.manager.nodelog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.postgresxa.Outcome;
import io.github.postgresxa.decision.Decision;
import io.github.postgresxa.decision.ManagerLogNode;
import io.github.postgresxa.gid.ManagerName;
import io.github.postgresxa.gid.NodeIdentity;
import io.github.postgresxa.node.MonotonicClock;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What a manager does with its log, whatever the node answers. */
class NodeLogTests {

    private final ScaledClock clock = new ScaledClock();
    private final NodeLog log = new NodeLog(ManagerName.random(), UnderWay.NOTHING, clock);
    private final List<Integer> messages = new ArrayList<>();
    private final AtomicInteger attempts = new AtomicInteger();
    private Runnable whileEndsAreNoted = () -> {};
    private CountDownLatch answer = new CountDownLatch(0);
    private boolean refuses;
    private boolean diesOnDecision;
    private boolean isSilent;
    private int decisions;

    /** Time passes only where somebody waits. */
    private static final class ScaledClock implements MonotonicClock {

        private final AtomicLong now = new AtomicLong();

        @Override
        public long nanos() {
            return now.get();
        }

        @Override
        public boolean pause(Duration length) {
            now.addAndGet(length.toNanos());
            return true;
        }
    }

    /** A node that answers as the test wants. */
    private final class Node implements ManagerLogNode {

        @Override
        public String name() {
            return "east";
        }

        @Override
        public NodeIdentity identity() {
            return new NodeIdentity("00000000000000aa");
        }

        @Override
        public long register(NodeIdentity identity, ManagerName manager) throws SQLException {
            attempts.incrementAndGet();
            try {
                answer.await();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
            if (refuses) {
                throw new SQLException("no connection", "08001");
            }
            return 1;
        }

        @Override
        public Decision.Kind decide(NodeIdentity identity, ManagerName manager, long registration, String transaction) {
            decisions++;
            if (diesOnDecision) {
                throw new OutOfMemoryError("of a test");
            }
            return Decision.Kind.COMMIT;
        }

        @Override
        public Decision.Kind settle(NodeIdentity identity, ManagerName manager, String transaction)
                throws SQLException {
            if (isSilent) {
                throw new SQLException("no connection", "08001");
            }
            return Decision.Kind.ABORT;
        }

        @Override
        public void ended(Collection<String> transactions) {
            messages.add(transactions.size());
            whileEndsAreNoted.run();
        }

        @Override
        public Map<ManagerName, Duration> silence(Collection<ManagerName> names) {
            return Map.of();
        }

        @Override
        public void showLife(ManagerName manager) {
            // Not of interest here.
        }

        @Override
        public void expire(Duration ended, Duration silence) {
            // Not of interest here.
        }
    }

    private void open() {
        log.registration().nodes().add(new Node());
    }

    private void end(int... numbers) {
        IntStream.of(numbers).forEach(n -> {
            assertThat(log.decide("t" + n).outcome()).isEqualTo(Outcome.COMMITTED);
            log.ended("t" + n);
        });
    }

    @Test
    void allThatHasEndedIsNotedInMessagesOfAHundred() {
        open();
        end(IntStream.range(0, 250).toArray());
        log.maintain();
        assertThat(messages).containsExactly(100, 100, 50);
    }

    @Test
    void whatEndsMeanwhileDoesNotKeepItFromOtherWork() {
        open();
        AtomicInteger next = new AtomicInteger(1000);
        whileEndsAreNoted = () -> end(next.incrementAndGet());
        end(1);
        log.maintain();
        assertThat(messages).containsExactly(1);
    }

    @Test
    void endsThatTheNodeDoesNotTakeAreNotedLaterWhateverItThrows() {
        open();
        whileEndsAreNoted = () -> {
            throw new OutOfMemoryError("of a test");
        };
        end(1, 2);
        log.maintain();
        whileEndsAreNoted = () -> {};
        log.close();
        assertThat(messages).containsExactly(2, 2);
    }

    @Test
    void ofManyThatWaitForARegistrationThatFailsNoneTriesAgain() throws Exception {
        open();
        refuses = true;
        answer = new CountDownLatch(1);
        List<SQLException> refusals = Collections.synchronizedList(new ArrayList<>());
        List<Thread> threads = IntStream.range(0, 5)
                .mapToObj(i -> new Thread(() -> {
                    try {
                        log.register();
                    } catch (SQLException e) {
                        refusals.add(e);
                    }
                }))
                .toList();
        threads.forEach(Thread::start);
        while (threads.stream()
                        .filter(t -> t.getState() == Thread.State.BLOCKED)
                        .count()
                < 4) {
            Thread.onSpinWait();
        }
        answer.countDown();
        for (Thread thread : threads) {
            thread.join();
        }
        assertThat(refusals).hasSize(5).extracting(Throwable::getMessage).allMatch(m -> m.contains("no connection"));
        assertThat(attempts).hasValue(1);
    }

    @Test
    void aDecisionThatFailsInAnyWayIsAskedForAndNothingIsThrown() {
        open();
        diesOnDecision = true;
        assertThat(log.decide("t1").outcome()).isEqualTo(Outcome.ROLLED_BACK);
        diesOnDecision = false;
        assertThat(log.decide("t1").outcome()).as("a second time").isEqualTo(Outcome.ROLLED_BACK);
        assertThat(decisions).isOne();
    }

    @Test
    void aDecisionThatWasNotAnsweredIsNotSentASecondTime() {
        open();
        diesOnDecision = true;
        isSilent = true;
        assertThat(log.decide("t1").outcome()).isEqualTo(Outcome.UNKNOWN);
        diesOnDecision = false;
        isSilent = false;
        assertThat(log.decide("t1").outcome()).isEqualTo(Outcome.ROLLED_BACK);
        assertThat(decisions).isOne();
    }

    @Test
    void theLogOfNoManagerRegistersAndDecidesNothing() {
        assertThatThrownBy(NodeLog.ofNoManager()::register).isInstanceOf(SQLException.class);
        assertThat(NodeLog.ofNoManager().decide("t1").outcome()).isEqualTo(Outcome.ROLLED_BACK);
    }
}
