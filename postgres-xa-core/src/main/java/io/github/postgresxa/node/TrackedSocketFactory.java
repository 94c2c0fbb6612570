package io.github.postgresxa.node;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.sql.SQLException;
import java.util.Properties;
import javax.net.SocketFactory;
import org.postgresql.PGProperty;

/**
 * Gives the driver the sockets of the factory that the URL names, or of the platform's, and remembers them. It serves
 * only connections of postgres-xa. It is public because the driver creates it by name.
 */
public final class TrackedSocketFactory extends SocketFactory {

    private final DriverSockets sockets;
    private final SocketFactory wanted;

    /**
     * Creates the factory of one connection; called by the driver.
     *
     * @param properties the driver's properties for a connection that postgres-xa is opening
     * @throws SQLException if the factory that the URL names cannot be created
     * @throws IllegalStateException if other code than postgres-xa uses this class
     */
    public TrackedSocketFactory(Properties properties) throws SQLException {
        this.sockets = DriverSockets.of(PGProperty.SOCKET_FACTORY_ARG.getOrDefault(properties));
        this.wanted = sockets.wanted(properties);
    }

    private Socket track(Socket socket) {
        sockets.add(socket);
        return socket;
    }

    @Override
    public Socket createSocket() throws IOException {
        return track(wanted.createSocket());
    }

    @Override
    public Socket createSocket(String host, int port) throws IOException {
        return track(wanted.createSocket(host, port));
    }

    @Override
    public Socket createSocket(String host, int port, InetAddress localHost, int localPort) throws IOException {
        return track(wanted.createSocket(host, port, localHost, localPort));
    }

    @Override
    public Socket createSocket(InetAddress host, int port) throws IOException {
        return track(wanted.createSocket(host, port));
    }

    @Override
    public Socket createSocket(InetAddress host, int port, InetAddress localHost, int localPort) throws IOException {
        return track(wanted.createSocket(host, port, localHost, localPort));
    }
}
