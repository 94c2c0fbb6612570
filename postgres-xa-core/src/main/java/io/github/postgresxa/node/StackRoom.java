package io.github.postgresxa.node;

/**
 * Room on the stack of an application's thread. An application may call with its stack nearly at its end. A {@link
 * StackOverflowError} in the middle of a queue that the whole process shares, such as that of a timer, would leave a
 * hole in it, and every later use of the queue would fail. So the error comes before the queue is touched.
 */
public final class StackRoom {

    /** Frames that are larger, and more, than those of a timer's queue. */
    private static final int FRAMES = 100;

    private StackRoom() {}

    /**
     * Uses as much of the stack as a timer's queue needs, and more.
     *
     * @throws StackOverflowError if there is less room
     */
    public static void require() {
        if (descend(FRAMES, 1, 2, 3, 4, 5, 6) == 0) {
            throw new IllegalStateException("not reached: the sum is never 0");
        }
    }

    private static long descend(int frames, long a, long b, long c, long d, long e, long f) {
        return frames == 0 ? a + b + c + d + e + f : descend(frames - 1, b, c, d, e, f, a) + a;
    }
}
