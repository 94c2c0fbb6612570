package io.github.postgresxa.test.fault;

import java.io.BufferedInputStream;
import java.io.InputStream;

/** Knows what came together: a client that waits for an answer sends nothing more in the same chunk. */
final class Chunks extends BufferedInputStream {

    private static final int SIZE = 64 * 1024;

    Chunks(InputStream in) {
        super(in, SIZE);
    }

    /** {@return whether the next byte has yet to come, apart from what was read so far} */
    synchronized boolean atEnd() {
        return pos >= count;
    }
}
