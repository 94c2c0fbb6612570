package io.github.postgresxa.test.fault;

import io.github.postgresxa.test.fault.RequestReader.Request;
import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Follows what a client sends on one connection, byte by byte. Used only by the thread that the driver lets write and
 * read.
 */
final class Dialogue {

    private static final int CANCEL = 80877102;

    private final String node;
    private final long connection;
    private final RequestReader reader = new RequestReader();
    private byte[] unread = new byte[0];
    private boolean begun;
    private WireMessage message;
    private int writes;
    private int reads;

    Dialogue(String node, long connection) {
        this.node = node;
        this.connection = connection;
        this.message = message(MessageKind.STARTUP, "startup");
    }

    private WireMessage message(MessageKind kind, String sql) {
        return new WireMessage(node, "", connection, 0, kind, sql);
    }

    synchronized List<SocketCall> read() {
        return List.of(new SocketCall(message, false, ++reads));
    }

    /** {@return the call once for each message that begins in these bytes; if none does, for the one that continues} */
    synchronized List<SocketCall> write(byte[] bytes, int offset, int length) {
        byte[] all = Arrays.copyOf(unread, unread.length + length);
        System.arraycopy(bytes, offset, all, unread.length, length);
        List<SocketCall> calls = new ArrayList<>();
        ByteArrayInputStream in = new ByteArrayInputStream(all);
        int read = 0;
        try {
            DataInputStream data = new DataInputStream(in);
            while (in.available() > 0) {
                next(data, calls);
                read = all.length - in.available();
            }
        } catch (EOFException goesOn) {
            unread = Arrays.copyOfRange(all, read, all.length);
            return calls(calls);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        unread = new byte[0];
        return calls(calls);
    }

    private List<SocketCall> calls(List<SocketCall> begun) {
        writes++;
        return begun.isEmpty() ? List.of(new SocketCall(message, true, writes)) : begun;
    }

    private void next(DataInputStream in, List<SocketCall> calls) throws IOException {
        if (!begun) {
            boolean cancel = Frame.readFirst(in).body().getInt() == CANCEL;
            begun = true;
            begins(cancel ? message(MessageKind.WORK, "cancel") : message, calls);
            return;
        }
        Request request = reader.next(in);
        if (request.begins() && !request.sql().isEmpty()) {
            begins(message(MessageKind.of(request.sql()), request.sql()), calls);
        }
    }

    private void begins(WireMessage next, List<SocketCall> calls) {
        message = next;
        writes = 0;
        reads = 0;
        calls.add(new SocketCall(next, true, 1));
    }
}
