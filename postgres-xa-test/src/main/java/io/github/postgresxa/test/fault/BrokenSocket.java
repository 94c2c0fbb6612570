package io.github.postgresxa.test.fault;

import java.io.FilterInputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A socket whose calls break where {@link BrokenSockets} says. */
final class BrokenSocket extends Socket {

    private final BrokenSockets sockets;
    private final Dialogue dialogue;

    BrokenSocket(BrokenSockets sockets, Dialogue dialogue) {
        this.sockets = sockets;
        this.dialogue = dialogue;
    }

    @Override
    public InputStream getInputStream() throws IOException {
        return new Incoming(super.getInputStream());
    }

    @Override
    public OutputStream getOutputStream() throws IOException {
        return new Outgoing(super.getOutputStream());
    }

    private @Nullable BrokenCall broken(List<SocketCall> calls) {
        for (SocketCall call : calls) {
            BrokenCall broken = sockets.at(call);
            if (broken != null) {
                return broken;
            }
        }
        return null;
    }

    private static boolean is(@Nullable BrokenCall broken, SocketMoment moment) {
        return broken != null && broken.moment() == moment;
    }

    private final class Incoming extends FilterInputStream {

        private Incoming(InputStream in) {
            super(in);
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            BrokenCall broken = broken(dialogue.read());
            if (broken == null) {
                return in.read(bytes, offset, length);
            }
            if (broken.moment() == SocketMoment.AFTER_READ) {
                int lost = in.read(new byte[length]);
                if (lost < 0) {
                    return lost; // The server has already gone.
                }
            }
            broken.strike();
            return -1;
        }
    }

    private final class Outgoing extends FilterOutputStream {

        private Outgoing(OutputStream out) {
            super(out);
        }

        @Override
        public void write(int b) throws IOException {
            write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            BrokenCall broken = broken(dialogue.write(bytes, offset, length));
            int sent = is(broken, SocketMoment.BEFORE_WRITE)
                    ? 0
                    : is(broken, SocketMoment.HALFWAY_WRITE) ? length / 2 : length;
            out.write(bytes, offset, sent);
            if (broken != null) {
                broken.strike();
            }
        }
    }
}
