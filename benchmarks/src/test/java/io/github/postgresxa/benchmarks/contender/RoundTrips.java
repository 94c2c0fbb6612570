package io.github.postgresxa.benchmarks.contender;

import java.io.FilterInputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.util.concurrent.atomic.LongAdder;
import javax.net.SocketFactory;

/**
 * Counts the round trips of all connections of this process: a read after a write is one. Every contender has it in
 * its URL, so it costs all of them the same.
 */
public final class RoundTrips extends SocketFactory {

    private static final LongAdder COUNT = new LongAdder();

    /** The driver creates it by name. */
    public RoundTrips() {
        super();
    }

    /** {@return the number so far} */
    public static long count() {
        return COUNT.sum();
    }

    @Override
    public Socket createSocket() {
        return new Counted();
    }

    @Override
    public Socket createSocket(String host, int port) throws IOException {
        throw new UnsupportedOperationException("the driver connects its sockets itself");
    }

    @Override
    public Socket createSocket(String host, int port, InetAddress localHost, int localPort) throws IOException {
        return createSocket(host, port);
    }

    @Override
    public Socket createSocket(InetAddress host, int port) throws IOException {
        return createSocket(host.getHostAddress(), port);
    }

    @Override
    public Socket createSocket(InetAddress host, int port, InetAddress local, int localPort) throws IOException {
        return createSocket(host, port);
    }

    /** A socket that remembers whether something was sent since it last read. */
    private static final class Counted extends Socket {

        private volatile boolean sent;

        @Override
        public InputStream getInputStream() throws IOException {
            return new FilterInputStream(super.getInputStream()) {
                @Override
                public int read(byte[] bytes, int offset, int length) throws IOException {
                    if (sent) {
                        sent = false;
                        COUNT.increment();
                    }
                    return in.read(bytes, offset, length);
                }
            };
        }

        @Override
        public OutputStream getOutputStream() throws IOException {
            return new FilterOutputStream(super.getOutputStream()) {
                @Override
                public void write(byte[] bytes, int offset, int length) throws IOException {
                    sent = true;
                    out.write(bytes, offset, length);
                }
            };
        }
    }
}
