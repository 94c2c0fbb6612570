package io.github.postgresxa.samples.jakarta.server;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.IntStream;

/** Ports that are free together. */
final class Ports {

    /** Below the ports that systems take for outgoing connections. */
    private static final int LOWEST = 12_000;

    private static final int HIGHEST = 19_000;

    private Ports() {}

    /** {@return a number that makes each of these ports a free one when it is added} */
    static int offset(int... ports) {
        int smallest = IntStream.of(ports).min().orElseThrow();
        for (int attempt = 0; attempt < 200; attempt++) {
            int offset = ThreadLocalRandom.current().nextInt(LOWEST, HIGHEST) - smallest;
            if (IntStream.of(ports).allMatch(port -> isFree(port + offset))) {
                return offset;
            }
        }
        throw new IllegalStateException("found no free ports");
    }

    private static boolean isFree(int port) {
        try (var socket = new ServerSocket()) {
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            return true;
        } catch (IOException taken) {
            return false;
        }
    }
}
