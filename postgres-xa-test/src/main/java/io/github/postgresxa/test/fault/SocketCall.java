package io.github.postgresxa.test.fault;

/**
 * One read or write of a client's socket. If a message takes several writes, it is known at the last of them; the
 * others count for the message before.
 *
 * @param message what is written; for a read, what was written last. Its application is empty and its backend 0: the
 *     client's side does not parse them
 * @param isWrite whether it is a write, not a read
 * @param number counts the writes since this message was known, or the reads after it, from 1
 */
public record SocketCall(WireMessage message, boolean isWrite, int number) {

    @Override
    public String toString() {
        return "%s %d at %s".formatted(isWrite ? "write" : "read", number, message);
    }
}
