package io.github.postgresxa.node;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;

/**
 * The stack of an application's thread ends at each depth once, while the thread plans or cancels a task. A timer that
 * breaks may block all who use it, so no thread here is waited for without a limit.
 */
@Timeout(value = 100, threadMode = ThreadMode.SEPARATE_THREAD)
class TimerTests {

    private static final Duration LIMIT = Duration.ofSeconds(10);

    private static final Duration NEVER = Duration.ofDays(1);

    /** The smallest stack that every system allows. */
    private static final int STACK = 256 * 1024;

    /** With so many more frames there is room for certain. */
    private static final int ENOUGH = 20;

    private static final int IN_QUEUE = 20;

    /** So many sizes of the last frame, 16 bytes apart. */
    private static final int SIZES = 4;

    private final AtomicInteger ran = new AtomicInteger();
    private final AtomicInteger planned = new AtomicInteger();
    private final AtomicInteger ended = new AtomicInteger();
    private final ScheduledThreadPoolExecutor executor = new ScheduledThreadPoolExecutor(1, TimerTests::daemon);
    private final Timer timer = Timer.over(executor);
    private int depth;
    private volatile boolean room;

    /** The check is called for everything that is planned, so it is compiled, and small, before the rest is. */
    @BeforeEach
    void warmUp() {
        for (int i = 0; i < 20_000; i++) {
            StackRoom.require();
        }
        for (int i = 0; i < IN_QUEUE; i++) {
            timer.plan(NEVER, () -> {}); // The queue is a heap: the error may come at each of its levels.
        }
    }

    @AfterEach
    void close() {
        small(timer::close, 0); // It may be blocked, too.
    }

    @Test
    void aStackThatEndsInAPlanLeavesTheTimerAsItWas() throws Exception {
        everywhere(() -> {
            timer.plan(Duration.ZERO, ran::incrementAndGet);
            planned.incrementAndGet();
        });
        assertThat(planned).as("of these some were planned").hasPositiveValue();
        assertThat(ran).as("what was planned, and only that").hasValue(planned.get());
    }

    @Test
    void aStackThatEndsInACancelLeavesTheTimerAsItWas() throws Exception {
        List<Planned> all = new ArrayList<>();
        Supplier<Planned> plan = () -> {
            Planned one = timer.plan(NEVER, () -> {});
            all.add(one);
            return one;
        };
        everywhere(plan, Planned::cancel);
        all.forEach(Planned::cancel);
        assertThat(executor.getQueue()).hasSize(IN_QUEUE);
    }

    private void everywhere(Runnable action) throws Exception {
        everywhere(() -> action, Runnable::run);
    }

    private <T> void everywhere(Supplier<T> before, Consumer<T> atTheEnd) throws Exception {
        int withRoom = 0;
        for (int frames = 0; withRoom < ENOUGH * SIZES; frames++) {
            for (int size = 0; size < SIZES; size++) {
                room = false;
                withRoomFor(frames, size, before, atTheEnd);
                withRoom = room ? withRoom + 1 : 0;
            }
            theTimerWorks("with %d frames left".formatted(frames));
        }
        assertThat(ended).as("threads whose stack ended").hasPositiveValue();
    }

    private void theTimerWorks(String when) throws InterruptedException {
        CountDownLatch all = new CountDownLatch(4);
        Thread thread = small(
                () -> {
                    for (int millis = 3; millis >= 0; millis--) {
                        timer.plan(Duration.ofMillis(millis), all::countDown);
                    }
                },
                0);
        assertThat(all.await(LIMIT.toSeconds(), TimeUnit.SECONDS))
                .as("%s the timer works; the thread that uses it is at %s", when, List.of(thread.getStackTrace()))
                .isTrue();
    }

    private <T> void withRoomFor(int frames, int size, Supplier<T> before, Consumer<T> atTheEnd)
            throws InterruptedException {
        Thread thread = small(
                () -> {
                    T subject = before.get();
                    Runnable action = () -> atTheEnd.accept(subject);
                    depth = 0;
                    into(Integer.MAX_VALUE, size, action);
                    into(depth - frames, size, action);
                },
                STACK);
        thread.join(LIMIT.toMillis());
        assertThat(thread.isAlive())
                .as("it is blocked at %s", List.of(thread.getStackTrace()))
                .isFalse();
    }

    private static Thread small(Runnable task, int stack) {
        Thread thread = new Thread(null, task, "small stack", stack);
        thread.setDaemon(true);
        thread.start();
        return thread;
    }

    private static Thread daemon(Runnable task) {
        Thread thread = new Thread(task, "timer under test");
        thread.setDaemon(true);
        return thread;
    }

    /** Counts the frames, and stops at the end of the stack. */
    private void into(int frames, int size, Runnable action) {
        depth++;
        try {
            if (frames > 0) {
                into(frames - 1, size, action);
                return;
            }
        } catch (StackOverflowError e) {
            return;
        }
        try {
            switch (size) {
                case 0 -> action.run();
                case 1 -> run(action, 1);
                case 2 -> run(action, 1, 2);
                default -> run(action, 1, 2, 3);
            }
            room = StackRoom.isLeft();
        } catch (StackOverflowError e) {
            ended.incrementAndGet();
        }
    }

    private static void run(Runnable action, long a) {
        action.run();
        assertThat(a).isPositive();
    }

    private static void run(Runnable action, long a, long b) {
        action.run();
        assertThat(a + b).isPositive();
    }

    private static void run(Runnable action, long a, long b, long c) {
        action.run();
        assertThat(a + b + c).isPositive();
    }
}
