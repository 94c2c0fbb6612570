package io.github.postgresxa.connection;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.SocketFactory;

/**
 * An application's own socket factory. It is created with the argument of the URL. Its sockets can take very long
 * to close, like those with a TLS layer.
 */
public final class StubbornSocketFactory extends SocketFactory {

    public static final AtomicInteger MADE = new AtomicInteger();

    private static volatile CountDownLatch closing = new CountDownLatch(0);

    /** @param argument socketFactoryArg */
    public StubbornSocketFactory(String argument) {
        if (!argument.equals("mine")) {
            throw new IllegalArgumentException(argument);
        }
    }

    /** {@return the latch that sockets wait for from now on before they close} */
    public static CountDownLatch hold() {
        CountDownLatch latch = new CountDownLatch(1);
        closing = latch;
        return latch;
    }

    @Override
    public Socket createSocket() {
        MADE.incrementAndGet();
        return new Socket() {
            @Override
            public void close() throws IOException {
                try {
                    closing.await();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
                super.close();
            }
        };
    }

    @Override
    public Socket createSocket(String host, int port) throws IOException {
        throw new IOException("the driver does not use it");
    }

    @Override
    public Socket createSocket(String host, int port, InetAddress localHost, int localPort) throws IOException {
        throw new IOException("the driver does not use it");
    }

    @Override
    public Socket createSocket(InetAddress host, int port) throws IOException {
        throw new IOException("the driver does not use it");
    }

    @Override
    public Socket createSocket(InetAddress host, int port, InetAddress localHost, int localPort) throws IOException {
        throw new IOException("the driver does not use it");
    }
}
