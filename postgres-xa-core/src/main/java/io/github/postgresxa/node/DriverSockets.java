package io.github.postgresxa.node;

import java.io.IOException;
import java.net.Socket;
import java.sql.SQLException;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import javax.net.SocketFactory;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGProperty;
import org.postgresql.core.SocketFactoryFactory;
import org.postgresql.ds.common.BaseDataSource;

/**
 * The sockets of one connection of the driver, below TLS. The close of a TLS socket is a write: it waits without limit
 * for a thread that is writing, and for a peer that reads nothing. The close of the socket below ends both at once.
 *
 * <p>The driver creates a socket factory from a class name and one argument. The class is {@link TrackedSocketFactory};
 * the argument leads to an object of this class, which knows the factory that the URL names.
 */
final class DriverSockets {

    private static final Map<String, DriverSockets> OPENING = new ConcurrentHashMap<>();
    private static final AtomicLong KEYS = new AtomicLong();

    /** A key without sockets; it only serves to test whether the driver finds our factory. */
    private static final String TRIAL = "trial";

    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private final @Nullable String factory;
    private final @Nullable String argument;
    private volatile boolean tracked;
    private volatile @Nullable SQLException refusal;

    private DriverSockets(@Nullable String factory, @Nullable String argument) {
        this.factory = factory;
        this.argument = argument;
    }

    /** Opens a connection of the driver. */
    @FunctionalInterface
    interface Opening<T> {
        T open(DriverSockets sockets) throws SQLException;
    }

    /**
     * Opens a connection and tracks its sockets.
     *
     * @param source opens one connection, on any thread; its socket factory is replaced by ours, which delegates to it
     * @param opening opens it
     * @return what {@code opening} returns
     */
    static <T> T track(BaseDataSource source, Opening<T> opening) throws SQLException {
        DriverSockets sockets = new DriverSockets(source.getSocketFactory(), source.getSocketFactoryArg());
        String key = Long.toString(KEYS.incrementAndGet());
        OPENING.put(key, sockets);
        try {
            if (isWithinReach()) {
                source.setSocketFactory(TrackedSocketFactory.class.getName());
                source.setSocketFactoryArg(key);
            }
            return opening.open(sockets);
        } catch (SQLException e) {
            SQLException named = sockets.refusal;
            throw named == null ? e : named; // The driver's error names our factory instead of the one in the URL.
        } finally {
            OPENING.remove(key);
        }
    }

    /**
     * {@return whether the driver can load our classes} A container can separate them. The sockets then stay unknown.
     */
    private static boolean isWithinReach() {
        try {
            Properties properties = new Properties();
            PGProperty.SOCKET_FACTORY.set(properties, TrackedSocketFactory.class.getName());
            PGProperty.SOCKET_FACTORY_ARG.set(properties, TRIAL);
            return SocketFactoryFactory.getSocketFactory(properties) instanceof TrackedSocketFactory;
        } catch (SQLException | RuntimeException | LinkageError e) {
            return false;
        }
    }

    /**
     * Returns the sockets of a connection that is being opened.
     *
     * @param key the key that {@link #track} gave to the driver
     * @return its sockets
     * @throws IllegalStateException if no such connection is being opened
     */
    static DriverSockets of(@Nullable String key) {
        if (TRIAL.equals(key)) {
            return new DriverSockets(null, null);
        }
        DriverSockets known = key == null ? null : OPENING.get(key);
        if (known == null) {
            throw new IllegalStateException("this socket factory serves the connections of postgres-xa alone");
        }
        return known;
    }

    /**
     * Returns the factory that the URL names, or the platform's.
     *
     * @param properties the driver's properties
     * @return the factory
     * @throws SQLException if it cannot be created
     */
    SocketFactory wanted(Properties properties) throws SQLException {
        Properties theirs = new Properties();
        properties.stringPropertyNames().forEach(name -> theirs.setProperty(name, properties.getProperty(name)));
        theirs.remove(PGProperty.SOCKET_FACTORY.getName());
        theirs.remove(PGProperty.SOCKET_FACTORY_ARG.getName());
        if (factory != null) {
            PGProperty.SOCKET_FACTORY.set(theirs, factory);
        }
        if (argument != null) {
            PGProperty.SOCKET_FACTORY_ARG.set(theirs, argument);
        }
        try {
            return SocketFactoryFactory.getSocketFactory(theirs);
        } catch (SQLException e) {
            refusal = e;
            throw e;
        }
    }

    /**
     * Adds a socket.
     *
     * @param socket the connection's, or one for a cancel request of it
     */
    void add(Socket socket) {
        open.removeIf(Socket::isClosed);
        open.add(socket);
        tracked = true;
    }

    /** {@return whether all sockets are known, and the close of none can wait} */
    boolean closeAtOnce() {
        return tracked && open.stream().allMatch(socket -> socket.getClass() == Socket.class);
    }

    /** Closes all sockets; never throws. Sockets of another factory, for example with its own TLS, may wait. */
    void close() {
        for (Socket socket : open) {
            try {
                if (socket instanceof SSLSocket) {
                    socket.setSoLinger(true, 0); // With that, the JDK's close waits for no other thread.
                }
                socket.close();
            } catch (IOException | RuntimeException | Error e) {
                continue; // The driver closes it once more.
            }
            open.remove(socket);
        }
    }
}
