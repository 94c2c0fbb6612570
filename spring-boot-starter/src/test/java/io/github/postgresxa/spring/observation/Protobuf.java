package io.github.postgresxa.spring.observation;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;

/**
 * A message in Protocol Buffers' wire format, by the numbers of its fields. It reads what an exporter sends, without
 * the exporter's classes.
 */
final class Protobuf {

    private final Map<Integer, List<Object>> fields = new HashMap<>();

    private Protobuf() {}

    static Protobuf read(byte[] message) {
        Protobuf read = new Protobuf();
        ByteBuffer bytes = ByteBuffer.wrap(message).order(ByteOrder.LITTLE_ENDIAN);
        while (bytes.hasRemaining()) {
            int key = (int) varint(bytes);
            read.fields.computeIfAbsent(key >>> 3, number -> new ArrayList<>()).add(value(bytes, key & 7));
        }
        return read;
    }

    private static Object value(ByteBuffer bytes, int type) {
        return switch (type) {
            case 0 -> varint(bytes);
            case 1 -> bytes.getLong();
            case 2 -> {
                byte[] content = new byte[(int) varint(bytes)];
                bytes.get(content);
                yield content;
            }
            case 5 -> (long) bytes.getInt();
            default -> throw new IllegalArgumentException("wire type " + type);
        };
    }

    private static long varint(ByteBuffer bytes) {
        long value = 0;
        for (int shift = 0; ; shift += 7) {
            byte next = bytes.get();
            value |= (long) (next & 0x7f) << shift;
            if (next >= 0) {
                return value;
            }
        }
    }

    List<Protobuf> messages(int field) {
        return values(field).stream().map(value -> read((byte[]) value)).toList();
    }

    String text(int field) {
        return values(field).isEmpty() ? "" : new String((byte[]) values(field).get(0), StandardCharsets.UTF_8);
    }

    String hex(int field) {
        return values(field).isEmpty()
                ? ""
                : HexFormat.of().formatHex((byte[]) values(field).get(0));
    }

    long number(int field) {
        return values(field).isEmpty() ? 0 : (Long) values(field).get(0);
    }

    private List<Object> values(int field) {
        return fields.getOrDefault(field, List.of());
    }
}
