package io.github.postgresxa.test.fault;

import io.github.postgresxa.test.fault.RequestReader.Request;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;

/**
 * One client's connection through a proxy: one thread carries requests, another replies. The end of one side is
 * passed on to the other, so that a server still executes what it was sent before its client went away.
 */
final class ProxyConnection {

    private static final int CANCEL = 80877102;
    private static final int SSL = 80877103;
    private static final int GSS = 80877104;

    private final FaultProxy proxy;
    private final FaultPlan plan;
    private final long number;
    private final Socket client;
    private final Queue<Exchange> pending = new ConcurrentLinkedQueue<>();
    private volatile @Nullable Socket server;
    private volatile String application = "";
    private volatile int backend;
    private volatile boolean cut;
    private boolean inFlight;

    ProxyConnection(FaultProxy proxy, long number, Socket client) {
        this.proxy = proxy;
        this.plan = proxy.plan();
        this.number = number;
        this.client = client;
    }

    /** A message that waits for its ReadyForQuery, with the faults that strike after it was forwarded. */
    private record Exchange(@Nullable WireMessage message, List<Fault> faults) {

        List<Fault> at(Position position) {
            return faults.stream().filter(f -> f.position() == position).toList();
        }
    }

    /** Ends when the message may go on. */
    @FunctionalInterface
    interface Wait {
        void await() throws InterruptedException;
    }

    FaultProxy proxy() {
        return proxy;
    }

    /** Waits while a message is on its way: if the client's side is cut meanwhile, the server's is not. */
    void inFlight(Wait wait) throws InterruptedException {
        synchronized (this) {
            inFlight = true;
        }
        try {
            wait.await();
        } finally {
            synchronized (this) {
                inFlight = false;
            }
        }
    }

    /** Ends the connection: FIN on both sides, at once. */
    synchronized void cut() {
        cut = !inFlight;
        close(client);
        Socket its = server;
        if (its != null && !inFlight) {
            close(its);
        }
    }

    /** Ends the connection: RST on both sides, at once. */
    synchronized void reset() throws IOException {
        abortive(client);
        Socket its = server;
        if (its != null) {
            abortive(its);
        }
        inFlight = false;
        cut();
    }

    private static void abortive(Socket socket) throws IOException {
        if (!socket.isClosed()) {
            socket.setSoLinger(true, 0);
        }
    }

    private static void close(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            return; // It is closed anyway.
        }
    }

    // ---- requests

    void requests() {
        try {
            Chunks chunks = new Chunks(client.getInputStream());
            DataInputStream in = new DataInputStream(chunks);
            proxy.link().pass();
            Frame first = firstFrame(in);
            OutputStream out = connect();
            if (code(first) != CANCEL) {
                application = application(first.body());
                forward(out, message(MessageKind.STARTUP, "startup"), first.raw());
            } else {
                toServer(out, first.raw());
            }
            RequestReader reader = new RequestReader();
            while (!cut) {
                boolean waited = chunks.atEnd();
                request(out, reader.next(in), waited);
            }
        } catch (IOException ended) {
            endOfClient();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            cut();
        }
    }

    /** Encryption is declined: a proxy that cannot read messages is of no use. */
    private Frame firstFrame(DataInputStream in) throws IOException {
        Frame first = Frame.readFirst(in);
        while (code(first) == SSL || code(first) == GSS) {
            client.getOutputStream().write('N');
            first = Frame.readFirst(in);
        }
        return first;
    }

    private static int code(Frame first) {
        return first.body().getInt();
    }

    private static String application(ByteBuffer parameters) {
        parameters.getInt(); // the protocol's version
        while (parameters.remaining() > 1) {
            String name = Frame.text(parameters);
            String value = Frame.text(parameters);
            if (name.equals("application_name")) {
                return value;
            }
        }
        return "";
    }

    /** A node that is down refuses the connection, through the proxy as without it. */
    private OutputStream connect() throws IOException {
        Socket its = new Socket(proxy.host(), proxy.node().port());
        its.setTcpNoDelay(true);
        synchronized (this) {
            server = its;
            if (client.isClosed()) {
                close(its); // cut in the meantime
            }
        }
        proxy.thread("replies of " + proxy.node().name(), () -> replies(its));
        return its.getOutputStream();
    }

    private void request(OutputStream out, Request request, boolean waited) throws IOException, InterruptedException {
        if (waited) {
            proxy.travel();
        }
        if (!request.begins()) {
            toServer(out, request.bytes());
        } else if (request.sql().isEmpty()) {
            pending.add(new Exchange(null, List.of()));
            toServer(out, request.bytes());
        } else {
            if (waited) {
                proxy.countRoundTrip();
            }
            forward(out, message(MessageKind.of(request.sql()), request.sql()), request.bytes());
        }
    }

    private WireMessage message(MessageKind kind, String sql) {
        return new WireMessage(proxy.node().name(), application, number, backend, kind, sql);
    }

    private void forward(OutputStream out, WireMessage message, byte[] bytes) throws IOException, InterruptedException {
        plan.afterReply().pass();
        Exchange exchange = new Exchange(message, plan.at(message));
        for (Fault fault : exchange.at(Position.BEFORE_FORWARDING)) {
            fault.strike(this, message);
        }
        if (!cut) {
            pending.add(exchange);
            toServer(out, bytes);
        }
    }

    private void toServer(OutputStream out, byte[] bytes) throws IOException, InterruptedException {
        proxy.link().pass();
        out.write(bytes);
    }

    /** The client has gone: its server sees the end after everything that was sent. */
    private void endOfClient() {
        try {
            proxy.link().pass();
            Socket its = server;
            if (its == null) {
                close(client);
                proxy.ended(this);
            } else {
                its.shutdownOutput();
            }
        } catch (IOException alreadyClosed) {
            cut();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            cut();
        }
    }

    // ---- replies

    private void replies(Socket from) {
        try {
            OutputStream out = client.getOutputStream();
            ByteArrayOutputStream withheld = new ByteArrayOutputStream();
            carry(from, out, withheld);
            if (!cut) {
                toClient(
                        out,
                        withheld.toByteArray()); // the last words of a server that ended in the middle of an answer
            }
        } catch (IOException clientHasGone) {
            cut = true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        end();
    }

    private void carry(Socket from, OutputStream out, ByteArrayOutputStream withheld) throws InterruptedException {
        try {
            DataInputStream in = new DataInputStream(new BufferedInputStream(from.getInputStream()));
            while (!cut) {
                reply(Frame.read(in), out, withheld);
            }
        } catch (IOException serverHasGone) {
            return;
        }
    }

    /** Without its server, a message that is still on its way cannot arrive. */
    private synchronized void end() {
        inFlight = false;
        cut();
        proxy.ended(this);
    }

    private void reply(Frame frame, OutputStream out, ByteArrayOutputStream withheld)
            throws IOException, InterruptedException {
        remember(frame);
        Exchange exchange = pending.peek();
        WireMessage message = exchange == null ? null : exchange.message();
        if (exchange == null || message == null || exchange.faults().isEmpty()) {
            if (frame.type() == 'Z') {
                pending.poll();
            }
            toClient(out, frame.raw());
            return;
        }
        withheld.writeBytes(frame.raw());
        if (frame.type() == 'Z') {
            answered(exchange, message, out, withheld);
        }
    }

    /** Identifies the client. The driver names its application only after the login, and the server reports it. */
    private void remember(Frame frame) {
        ByteBuffer body = frame.body();
        if (frame.type() == 'K') {
            backend = body.getInt();
        } else if (frame.type() == 'S' && Frame.text(body).equals("application_name")) {
            application = Frame.text(body);
        }
    }

    private void answered(Exchange exchange, WireMessage message, OutputStream out, ByteArrayOutputStream withheld)
            throws IOException, InterruptedException {
        byte[] answer = withheld.toByteArray();
        withheld.reset();
        for (Fault fault : exchange.at(Position.AFTER_EXECUTED)) {
            fault.strike(this, message);
        }
        if (cut) {
            return;
        }
        proxy.link().pass();
        pending.poll();
        List<Fault> last = exchange.at(Position.AFTER_REPLY);
        if (last.isEmpty()) {
            write(out, answer);
            return;
        }
        plan.afterReply().shut();
        try {
            write(out, answer);
            for (Fault fault : last) {
                fault.strike(this, message);
            }
        } finally {
            plan.afterReply().open();
        }
    }

    private void toClient(OutputStream out, byte[] bytes) throws InterruptedException {
        proxy.link().pass();
        write(out, bytes);
    }

    /** A client that has gone misses its answers; the server's are read to the end. */
    private static void write(OutputStream out, byte[] bytes) {
        try {
            out.write(bytes);
        } catch (IOException clientHasGone) {
            return;
        }
    }
}
