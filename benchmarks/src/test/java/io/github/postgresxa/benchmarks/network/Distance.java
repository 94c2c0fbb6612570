package io.github.postgresxa.benchmarks.network;

import io.github.postgresxa.test.PostgresNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.LockSupport;

/**
 * Simulates distance to nodes: a port in front of each, through which every byte arrives later by half of the round
 * trip, in both directions.
 *
 * <p>One thread reads from all connections and notes when each piece is due. As every piece waits equally long, they
 * are due in the order of their arrival. A second thread sends them. Under load both handle many pieces each time
 * they wake, so the distance costs less processor time than a thread per connection would.
 */
public final class Distance implements AutoCloseable {

    private static final int PIECE = 16 * 1024;

    /** A parked thread wakes about this much too late. It never spins: the processors belong to the contenders. */
    private static final long OVERSLEEP = 50_000;

    private static final long SHORTEST = 1_000;

    private final long oneWay;
    private final Selector selector;
    private final List<ServerSocketChannel> listeners = new ArrayList<>();
    private final Queue<Piece> underWay = new ConcurrentLinkedQueue<>();
    private final Thread sender;
    private volatile boolean closed;
    private volatile boolean idle;

    /** Bytes on their way. An empty piece is the end of a connection. */
    private record Piece(SocketChannel from, SocketChannel to, ByteBuffer bytes, long due) {}

    /**
     * Starts the relay.
     *
     * @param roundTrip how much longer a message and its answer take
     */
    public Distance(Duration roundTrip) {
        this.oneWay = roundTrip.toNanos() / 2;
        try {
            this.selector = Selector.open();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        this.sender = daemon("distance, sending", this::send);
    }

    /** {@return a port behind which that node appears to be} */
    public synchronized int to(PostgresNode node) {
        try {
            ServerSocketChannel listener = ServerSocketChannel.open();
            listeners.add(listener);
            listener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 512);
            listener.configureBlocking(false);
            listener.register(selector, SelectionKey.OP_ACCEPT, node.port());
            if (listeners.size() == 1) {
                daemon("distance, receiving", this::receive).start();
                sender.start();
            }
            selector.wakeup();
            return ((InetSocketAddress) listener.getLocalAddress()).getPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Thread daemon(String name, Runnable task) {
        Thread thread = new Thread(task, name);
        thread.setDaemon(true);
        return thread;
    }

    private void receive() {
        ByteBuffer buffer = ByteBuffer.allocateDirect(PIECE);
        try {
            while (!closed) {
                selector.select();
                for (SelectionKey key : selector.selectedKeys()) {
                    if (!key.isValid()) {
                        continue;
                    }
                    if (key.isAcceptable()) {
                        accept((ServerSocketChannel) key.channel(), (int) key.attachment());
                    } else {
                        pass(key, buffer);
                    }
                }
                selector.selectedKeys().clear();
                if (idle) {
                    LockSupport.unpark(sender);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (ClosedSelectorException end) {
            return;
        }
    }

    private void accept(ServerSocketChannel listener, int port) throws IOException {
        SocketChannel client = listener.accept();
        if (client == null) {
            return;
        }
        SocketChannel server = SocketChannel.open(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        watch(client, server);
        watch(server, client);
    }

    private void watch(SocketChannel from, SocketChannel to) throws IOException {
        from.setOption(StandardSocketOptions.TCP_NODELAY, true);
        from.configureBlocking(false);
        from.register(selector, SelectionKey.OP_READ, to);
    }

    private void pass(SelectionKey key, ByteBuffer buffer) {
        SocketChannel from = (SocketChannel) key.channel();
        buffer.clear();
        int read;
        try {
            read = from.read(buffer);
        } catch (IOException reset) {
            read = -1;
        }
        if (read < 0) {
            key.cancel();
        }
        byte[] bytes = new byte[Math.max(0, read)];
        buffer.flip().get(bytes);
        underWay.add(
                new Piece(from, (SocketChannel) key.attachment(), ByteBuffer.wrap(bytes), System.nanoTime() + oneWay));
    }

    private void send() {
        while (!closed) {
            Piece next = underWay.peek();
            if (next == null) {
                rest();
                continue;
            }
            long wait = next.due() - System.nanoTime();
            if (wait > 0) {
                LockSupport.parkNanos(Math.max(wait - OVERSLEEP, SHORTEST));
            } else {
                underWay.remove();
                deliver(next);
            }
        }
    }

    private void rest() {
        idle = true;
        if (underWay.isEmpty()) {
            LockSupport.park(this);
        }
        idle = false;
    }

    private static void deliver(Piece piece) {
        try {
            if (!piece.bytes().hasRemaining()) {
                piece.to().close();
                piece.from().close();
            }
            while (piece.bytes().hasRemaining()) {
                if (piece.to().write(piece.bytes()) == 0) {
                    Thread.onSpinWait(); // its buffer is full, which never lasts
                }
            }
        } catch (IOException itHasGone) {
            return;
        }
    }

    @Override
    public synchronized void close() {
        closed = true;
        LockSupport.unpark(sender);
        try {
            for (SelectionKey key : selector.keys()) {
                key.channel().close();
            }
            selector.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
