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
 * The sockets of one connection of the driver, below TLS. To close a TLS socket is to write to it: that waits without
 * limit for a thread that is writing, and for a peer that reads nothing. To close the socket below ends both at once.
 *
 * <p>The driver makes a socket factory by a name and one argument. The factory is {@link TrackedSocketFactory}; the
 * argument leads it here, and from here to the factory that the URL names.
 */
final class DriverSockets {

    private static final Map<String, DriverSockets> OPENING = new ConcurrentHashMap<>();
    private static final AtomicLong KEYS = new AtomicLong();

    /** Leads to none: only whether the driver finds our factory is tried with it. */
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
     * @param source opens one connection, on whichever thread; its socket factory is replaced by ours, which asks it
     * @param opening does so
     * @return what it returns
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
            throw named == null ? e : named; // The driver names our factory in place of the one that the URL names.
        } finally {
            OPENING.remove(key);
        }
    }

    /** A container can keep the driver where it does not find our classes. Then its sockets stay unknown. */
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
     * @param key what {@link #track} gave the driver
     * @return the sockets of the connection that is being opened
     * @throws IllegalStateException if it is not being opened any more
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
     * @param properties what the driver was given
     * @return the factory that the URL names, or the platform's
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

    /** @param socket the connection's, or one for a cancel request of it */
    void add(Socket socket) {
        open.removeIf(Socket::isClosed);
        open.add(socket);
        tracked = true;
    }

    /** {@return whether all are known, and none is of a kind whose close can wait} */
    boolean closeAtOnce() {
        return tracked && open.stream().allMatch(socket -> socket.getClass() == Socket.class);
    }

    /** Closes all; never throws. Sockets of another factory may wait for it, TLS of its own for example. */
    void close() {
        for (Socket socket : open) {
            try {
                if (socket instanceof SSLSocket) {
                    socket.setSoLinger(true, 0); // Then the JDK's waits for no other thread.
                }
                socket.close();
            } catch (IOException | RuntimeException | Error e) {
                continue; // The driver closes it once more.
            }
            open.remove(socket);
        }
    }
}
