package io.github.postgresxa.test.fault;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import javax.net.SocketFactory;

/**
 * Makes the sockets of {@link BrokenSockets}. PostgreSQL's driver finds it by its name in the URL of {@link
 * BrokenSockets#way(FaultProxy)}.
 */
public final class BrokenSocketFactory extends SocketFactory {

    private final BrokenSockets sockets;
    private final String node;

    /**
     * Makes the factory of one {@link BrokenSockets}, as the driver does.
     *
     * @param argument the driver's {@code socketFactoryArg}
     */
    public BrokenSocketFactory(String argument) {
        int dot = argument.indexOf('.');
        this.sockets = BrokenSockets.open(argument.substring(0, dot));
        this.node = argument.substring(dot + 1);
    }

    @Override
    public Socket createSocket() {
        return new BrokenSocket(sockets, new Dialogue(node, sockets.nextConnection()));
    }

    @Override
    public Socket createSocket(String host, int port) throws IOException {
        return connected(new InetSocketAddress(host, port));
    }

    @Override
    public Socket createSocket(String host, int port, InetAddress localHost, int localPort) throws IOException {
        return createSocket(host, port);
    }

    @Override
    public Socket createSocket(InetAddress host, int port) throws IOException {
        return connected(new InetSocketAddress(host, port));
    }

    @Override
    public Socket createSocket(InetAddress address, int port, InetAddress localAddress, int localPort)
            throws IOException {
        return createSocket(address, port);
    }

    private Socket connected(InetSocketAddress address) throws IOException {
        Socket socket = createSocket();
        socket.connect(address);
        return socket;
    }
}
