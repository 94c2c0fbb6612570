package io.github.postgresxa.node;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Work and waits that an interrupt does not cut short, because half of a transaction's end is useless. Afterwards the
 * thread is interrupted, as it was before or has become meanwhile.
 *
 * <p>On a platform thread an interrupt reaches waits, but no socket. On a virtual thread it also closes the socket that
 * the thread reads from; only another thread protects against that.
 */
public final class Uninterruptibles {

    private static final @Nullable MethodHandle IS_VIRTUAL = isVirtual();

    private Uninterruptibles() {}

    private static @Nullable MethodHandle isVirtual() {
        try {
            return MethodHandles.publicLookup()
                    .findVirtual(Thread.class, "isVirtual", MethodType.methodType(boolean.class));
        } catch (NoSuchMethodException | IllegalAccessException before21) {
            return null;
        }
    }

    private static boolean onVirtualThread() {
        try {
            return IS_VIRTUAL != null && (boolean) IS_VIRTUAL.invokeExact(Thread.currentThread());
        } catch (Throwable e) {
            return false;
        }
    }

    /**
     * Does work on the caller's thread; on another, private one if that is virtual, or has too little stack left.
     *
     * @param executor provides the other thread
     * @param work what to do
     * @param <T> the type of its result
     * @return its result
     */
    public static <T> T call(Executor executor, Supplier<T> work) {
        boolean interrupted = Thread.interrupted();
        try {
            return onVirtualThread() || !StackRoom.isLeftForWork() ? elsewhere(executor, work) : work.get();
        } finally {
            restore(interrupted);
        }
    }

    private static <T> T elsewhere(Executor executor, Supplier<T> work) {
        CompletableFuture<T> answer = new CompletableFuture<>();
        Dispatch.somewhere(executor, () -> {
            try {
                answer.complete(work.get());
            } catch (Throwable e) {
                answer.completeExceptionally(e);
            }
        });
        try {
            return answer.join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            if (e.getCause() instanceof Error cause) {
                throw cause;
            }
            throw e;
        }
    }

    /** A wait that can be repeated with the remaining time. */
    private interface Wait {
        boolean at(long nanosLeft) throws InterruptedException;
    }

    private static boolean await(Duration limit, Wait wait) {
        boolean interrupted = Thread.interrupted();
        long end = System.nanoTime() + limit.toNanos();
        try {
            while (true) {
                try {
                    return wait.at(end - System.nanoTime());
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
        } finally {
            restore(interrupted);
        }
    }

    /**
     * Waits for a lock.
     *
     * @param lock the lock
     * @param limit how long to wait at most
     * @return whether the caller has it now
     */
    public static boolean tryLock(ReentrantLock lock, Duration limit) {
        return lock.tryLock() || await(limit, left -> lock.tryLock(left, TimeUnit.NANOSECONDS));
    }

    /**
     * Waits for an event.
     *
     * @param event the event
     * @param limit how long to wait at most
     * @return whether it has happened
     */
    static boolean await(CompletableFuture<?> event, Duration limit) {
        return event.isDone() || await(limit, left -> happens(event, left));
    }

    private static boolean happens(CompletableFuture<?> event, long nanos) throws InterruptedException {
        try {
            event.get(nanos, TimeUnit.NANOSECONDS);
            return true;
        } catch (ExecutionException e) {
            return true; // It has happened, if not well.
        } catch (TimeoutException e) {
            return false;
        }
    }

    /**
     * Waits for a permit.
     *
     * @param permits where it comes from
     * @param limit how long to wait at most
     * @return whether there was one
     */
    static boolean tryAcquire(Semaphore permits, Duration limit) {
        return await(limit, left -> permits.tryAcquire(left, TimeUnit.NANOSECONDS));
    }

    /**
     * Waits for the end of an executor's tasks.
     *
     * @param executor is shut down
     * @param limit how long to wait at most
     * @return whether all of its threads have ended
     */
    public static boolean awaitEnd(ExecutorService executor, Duration limit) {
        return executor.isTerminated() || await(limit, left -> executor.awaitTermination(left, TimeUnit.NANOSECONDS));
    }

    /**
     * Sleeps.
     *
     * @param length how long
     */
    static void pause(Duration length) {
        await(length, left -> {
            TimeUnit.NANOSECONDS.sleep(left);
            return true;
        });
    }

    /**
     * Interrupts the calling thread again.
     *
     * @param interrupted whether it was interrupted before
     */
    public static void restore(boolean interrupted) {
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
