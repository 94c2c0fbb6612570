package io.github.postgresxa.test.fault;

/** The moment in a socket call at which it fails. */
public enum SocketMoment {
    /** Nothing is sent. */
    BEFORE_WRITE,
    /** The first half of the bytes is sent. */
    HALFWAY_WRITE,
    /** All is sent. */
    AFTER_WRITE,
    /** Nothing is read: the server's answer remains in the socket. */
    BEFORE_READ,
    /** Bytes are read from the socket, but the caller does not get them. */
    AFTER_READ;

    /** {@return whether it is a moment of writes, not of reads} */
    public boolean isWrite() {
        return this == BEFORE_WRITE || this == HALFWAY_WRITE || this == AFTER_WRITE;
    }
}
