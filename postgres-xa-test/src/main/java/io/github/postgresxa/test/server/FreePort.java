package io.github.postgresxa.test.server;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.concurrent.ThreadLocalRandom;

/** Ports that stay ours while a server is down. */
public final class FreePort {
    /** Below the range from which systems take ports for outgoing connections (32768 on Linux, 49152 elsewhere). */
    private static final int LOWEST = 20_000;

    private static final int HIGHEST = 32_000;
    private static final int ATTEMPTS = 200;

    private FreePort() {}

    /** {@return a port that no process listens on at this moment} */
    public static int any() {
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            int port = ThreadLocalRandom.current().nextInt(LOWEST, HIGHEST);
            if (isFree(port)) {
                return port;
            }
        }
        throw new IllegalStateException(
                "found no free port between %d and %d in %d attempts".formatted(LOWEST, HIGHEST, ATTEMPTS));
    }

    /**
     * Connections of a server that has just ended may linger on its port. A listener can use it anyway, so they do
     * not count.
     */
    static boolean isFree(int port) {
        try (var socket = new ServerSocket()) {
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            return true;
        } catch (IOException taken) {
            return false;
        }
    }
}
