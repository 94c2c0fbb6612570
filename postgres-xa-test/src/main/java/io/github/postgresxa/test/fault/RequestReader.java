package io.github.postgresxa.test.fault;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Joins a client's frames into messages and finds their SQL. */
final class RequestReader {

    private final Map<String, String> prepared = new HashMap<>();
    private boolean open;

    /**
     * What a client sends at once.
     *
     * @param bytes to be forwarded
     * @param sql its statements; empty if there are none
     * @param begins whether a message begins here, which a ReadyForQuery will answer
     */
    record Request(byte[] bytes, String sql, boolean begins) {}

    /**
     * {@return the next message; or a part of one, where the client does not wait for its end, as in a COPY}
     *
     * @param in what the client sends
     */
    Request next(DataInputStream in) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        List<String> statements = new ArrayList<>();
        List<String> parsed = new ArrayList<>();
        while (true) {
            Frame frame = Frame.read(in);
            bytes.writeBytes(frame.raw());
            ByteBuffer body = frame.body();
            switch (frame.type()) {
                case 'P' -> {
                    String name = Frame.text(body);
                    String sql = Frame.text(body);
                    prepared.put(name, sql);
                    parsed.add(sql);
                }
                case 'B' -> {
                    Frame.text(body); // the portal's name
                    statements.add(prepared.getOrDefault(Frame.text(body), ""));
                }
                case 'Q' -> {
                    statements.add(Frame.text(body));
                    return end(bytes, statements, true);
                }
                case 'S', 'F' -> {
                    return end(bytes, statements.isEmpty() ? parsed : statements, true);
                }
                case 'H' -> {
                    return end(bytes, statements.isEmpty() ? parsed : statements, false);
                }
                case 'D', 'E', 'C' -> {
                    continue; // describe, execute, close: the burst continues
                }
                default -> {
                    return new Request(bytes.toByteArray(), "", false); // a password, COPY data, a Terminate
                }
            }
        }
    }

    private Request end(ByteArrayOutputStream bytes, List<String> statements, boolean complete) {
        boolean begins = !open;
        open = !complete;
        return new Request(bytes.toByteArray(), String.join(";\n", statements), begins);
    }
}
