package io.github.postgresxa.test.fault;

/** The moment in a call of a socket at which it breaks. */
public enum SocketMoment {
    /** Nothing is sent. */
    BEFORE_WRITE,
    /** The first half of the bytes is sent. */
    HALFWAY_WRITE,
    /** All is sent. */
    AFTER_WRITE,
    /** Nothing is taken: what the server says stays to be read. */
    BEFORE_READ,
    /** Bytes are taken from the socket, and the caller does not get them. */
    AFTER_READ;

    /** {@return whether it is a moment of writes, not of reads} */
    public boolean isWrite() {
        return this == BEFORE_WRITE || this == HALFWAY_WRITE || this == AFTER_WRITE;
    }
}
