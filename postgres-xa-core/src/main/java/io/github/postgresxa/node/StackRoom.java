package io.github.postgresxa.node;

/**
 * Room on the stack of an application's thread. An application may call with its stack nearly at its end. A {@link
 * StackOverflowError} in the middle of a queue that the whole process shares, such as that of a timer, would leave a
 * hole in it, and every later use of the queue would fail. So the error comes before the queue is touched.
 */
public final class StackRoom {

    /**
     * More than a timer calls, also where that is interpreted because it is rarely called. This is called often, and a
     * compiled frame has about 150 bytes (OpenJDK 17), so that these are 9 kB.
     */
    private static final int FRAMES = 64;

    /** The way through the pool, the driver, the transaction manager and the log has about a hundred frames. */
    private static final int FRAMES_OF_WORK = 256;

    private StackRoom() {}

    /**
     * Uses as much of the stack as a timer's queue needs, and more.
     *
     * @throws StackOverflowError if there is less room
     */
    public static void require() {
        require(FRAMES);
    }

    /**
     * Uses as much of the stack as the begin or the end of a transaction needs. An error in the middle of that, in any
     * code below, could leave a transaction or a connection half set up.
     *
     * @throws StackOverflowError if there is less room
     */
    public static void requireForWork() {
        require(FRAMES_OF_WORK);
    }

    private static void require(int frames) {
        if (descend(frames, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14) == 0) {
            throw new IllegalStateException("not reached: the result is never 0");
        }
    }

    /** {@return whether there is as much room as {@link #require} needs} */
    static boolean isLeft() {
        return isLeft(FRAMES);
    }

    /** {@return whether there is as much room as {@link #requireForWork} needs} */
    static boolean isLeftForWork() {
        return isLeft(FRAMES_OF_WORK);
    }

    private static boolean isLeft(int frames) {
        try {
            require(frames);
            return true;
        } catch (StackOverflowError e) {
            return false;
        }
    }

    /**
     * Has as many parameters as fit into registers. All are needed after the call, in a case that never happens, so
     * each call stores them in its frame and computes nothing. That uses the stack at a third of the cost of values
     * that each step computes from those of the step below.
     */
    private static long descend(
            int frames,
            long a,
            long b,
            long c,
            long d,
            long e,
            long f,
            double g,
            double h,
            double i,
            double j,
            double k,
            double l,
            double m,
            double n) {
        if (frames == 0) {
            return a;
        }
        long below = descend(frames - 1, a, b, c, d, e, f, g, h, i, j, k, l, m, n);
        return below == 0 ? a ^ b ^ c ^ d ^ e ^ f ^ (long) (g * h * i * j * k * l * m * n) : below;
    }
}
