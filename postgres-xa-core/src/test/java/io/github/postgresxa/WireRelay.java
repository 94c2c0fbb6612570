package io.github.postgresxa;

import io.github.postgresxa.test.PostgresNode;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Stands between a client and a node, counts round trips, and loses one request or one reply on demand. It reads PostgreSQL's message frames, so it knows
 * what it loses.
 */
final class WireRelay implements AutoCloseable {

    private final PostgresNode node;
    private final Losses losses;
    private final ServerSocket listener;
    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
    private final AtomicLong roundTrips = new AtomicLong();
    private volatile @Nullable String loseRequest;
    private volatile @Nullable String loseReply;
    private volatile boolean lost;

    WireRelay(PostgresNode node) {
        this(node, new Losses());
    }

    WireRelay(PostgresNode node, Losses losses) {
        this.node = node;
        this.losses = losses;
        try {
            this.listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        thread("relay of " + node.name(), this::accept);
    }

    /** {@return the way to the node through this relay} */
    NodeSettings settings() {
        String url = node.jdbcUrl().replaceFirst("//[^/]+/", "//127.0.0.1:" + listener.getLocalPort() + "/");
        return new NodeSettings(
                node.name(), url + "?sslmode=disable&gssEncMode=disable", node.username(), node.password());
    }

    /** {@return how often a client waited for an answer before it sent the next message} */
    long roundTrips() {
        return roundTrips.get();
    }

    /** The next message that holds this text never arrives, and its connection is cut. */
    void loseRequest(String text) {
        lost = false;
        loseRequest = text;
    }

    /** The next message that holds this text is executed, but the answer never comes back, and its connection is cut. */
    void loseReply(String text) {
        lost = false;
        loseReply = text;
    }

    /** {@return whether what should be lost was lost} */
    boolean hasLost() {
        return lost;
    }

    private void accept() {
        try {
            while (true) {
                connect(listener.accept());
            }
        } catch (IOException closed) {
            cut();
        }
    }

    /** A node that is down refuses the connection, here as without a relay. */
    private void connect(Socket client) {
        sockets.add(client);
        try {
            Socket server = new Socket(InetAddress.getLoopbackAddress(), node.port());
            sockets.add(server);
            Connection connection = new Connection(client, server);
            thread("requests to " + node.name(), connection::requests);
            thread("replies of " + node.name(), connection::replies);
        } catch (IOException down) {
            close(client);
        }
    }

    private static void thread(String name, Runnable task) {
        Thread thread = new Thread(task, name);
        thread.setDaemon(true);
        thread.start();
    }

    private void cut() {
        sockets.forEach(WireRelay::close);
        sockets.clear();
    }

    private static void close(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() throws IOException {
        listener.close();
        cut();
    }

    private final class Connection {

        private final Socket client;
        private final Socket server;
        private volatile boolean silenced;

        Connection(Socket client, Socket server) {
            this.client = client;
            this.server = server;
        }

        private void requests() {
            try {
                DataInputStream in = new DataInputStream(client.getInputStream());
                DataOutputStream out = new DataOutputStream(server.getOutputStream());
                forward(0, in, out); // The startup message has no type.
                boolean begins = true;
                while (true) {
                    if (client.getInputStream().available() == 0) {
                        roundTrips.incrementAndGet(); // The client has sent all it has and waited before it sends this.
                    }
                    int type = in.readUnsignedByte();
                    byte[] body = body(in);
                    String text = new String(body, StandardCharsets.ISO_8859_1);
                    String request = loseRequest;
                    String reply = loseReply;
                    if (request != null && text.contains(request)) {
                        loseRequest = null;
                        lost = true;
                        break;
                    }
                    if (reply != null && text.contains(reply)) {
                        loseReply = null;
                        silenced = true;
                    }
                    Losses.Fate fate = begins && (type == 'P' || type == 'Q') ? losses.next(text) : Losses.Fate.ARRIVES;
                    if (fate == Losses.Fate.REQUEST_LOST) {
                        break;
                    }
                    silenced |= fate == Losses.Fate.REPLY_LOST;
                    begins = type == 'S' || type == 'Q';
                    send(type, body, out);
                }
            } catch (IOException ended) {
                close();
                return;
            }
            close();
        }

        private void replies() {
            try {
                DataInputStream in = new DataInputStream(server.getInputStream());
                DataOutputStream out = new DataOutputStream(client.getOutputStream());
                while (true) {
                    int type = in.readUnsignedByte();
                    byte[] body = body(in);
                    if (type == 'Z' && silenced) {
                        lost = true;
                        break;
                    }
                    if (!silenced) {
                        send(type, body, out);
                    }
                }
            } catch (IOException ended) {
                close();
                return;
            }
            close();
        }

        private void close() {
            WireRelay.close(client);
            WireRelay.close(server);
        }
    }

    private static void forward(int type, DataInputStream in, DataOutputStream out) throws IOException {
        send(type, body(in), out);
    }

    private static byte[] body(DataInputStream in) throws IOException {
        byte[] body = new byte[in.readInt() - 4];
        in.readFully(body);
        return body;
    }

    private static void send(int type, byte[] body, DataOutputStream out) throws IOException {
        byte[] frame = new byte[body.length + (type == 0 ? 4 : 5)];
        int at = 0;
        if (type != 0) {
            frame[at++] = (byte) type;
        }
        int length = body.length + 4;
        for (int shift = 24; shift >= 0; shift -= 8) {
            frame[at++] = (byte) (length >> shift);
        }
        System.arraycopy(body, 0, frame, at, body.length);
        out.write(frame);
        out.flush();
    }
}
