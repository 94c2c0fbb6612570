package io.github.postgresxa.test.fault;

import java.io.DataInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * One frame of PostgreSQL's protocol, version 3: a type, a length and a body. The first frame of a connection has no
 * type.
 *
 * @param type its letter, 0 if it has none
 * @param raw all its bytes
 */
record Frame(int type, byte[] raw) {

    private static final int LENGTH = 4;

    static Frame readFirst(DataInputStream in) throws IOException {
        return read(0, 0, in);
    }

    static Frame read(DataInputStream in) throws IOException {
        return read(in.readUnsignedByte(), 1, in);
    }

    private static Frame read(int type, int header, DataInputStream in) throws IOException {
        int length = in.readInt();
        if (length < LENGTH) {
            throw new IOException("not a frame of PostgreSQL's protocol: type %d, length %d".formatted(type, length));
        }
        byte[] raw = new byte[header + length];
        ByteBuffer buffer = ByteBuffer.wrap(raw);
        if (header > 0) {
            buffer.put((byte) type);
        }
        buffer.putInt(length);
        in.readFully(raw, header + LENGTH, length - LENGTH);
        return new Frame(type, raw);
    }

    /** {@return its body, to be read from the start} */
    ByteBuffer body() {
        int header = (type == 0 ? 0 : 1) + LENGTH;
        return ByteBuffer.wrap(raw, header, raw.length - header);
    }

    /** {@return the text up to the next zero byte} */
    static String text(ByteBuffer body) {
        int start = body.position();
        int end = start;
        while (body.get(end) != 0) {
            end++;
        }
        body.position(end + 1);
        return new String(body.array(), start, end - start, StandardCharsets.UTF_8);
    }
}
