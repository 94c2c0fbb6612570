package io.github.postgresxa.benchmarks.worker;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A line between the measurement and a worker: a word, then names and values.
 *
 * @param word the command, or its result
 * @param values its values; none contains a tab or a line break
 */
record Message(String word, Map<String, String> values) {

    static final String OK = "ok";
    static final String FAILED = "failed";

    Message {
        values = Map.copyOf(values);
    }

    static Message of(String word) {
        return new Message(word, Map.of());
    }

    Message with(String name, Object value) {
        Map<String, String> more = new LinkedHashMap<>(values);
        more.put(name, value.toString().replaceAll("\\s+", " "));
        return new Message(word, more);
    }

    String value(String name) {
        String value = values.get(name);
        if (value == null) {
            throw new IllegalArgumentException("'%s' lacks a value '%s'".formatted(line(), name));
        }
        return value;
    }

    long number(String name) {
        return Long.parseLong(value(name));
    }

    String line() {
        StringBuilder line = new StringBuilder(word);
        values.forEach(
                (name, value) -> line.append('\t').append(name).append('=').append(value));
        return line.toString();
    }

    /** {@return whether this is an answer, and not output of the virtual machine, such as when a recording begins} */
    static boolean isAnswer(String line) {
        return line.equals(OK) || line.equals(FAILED) || line.startsWith(OK + "\t") || line.startsWith(FAILED + "\t");
    }

    static Message parse(String line) {
        String[] part = line.split("\t");
        Map<String, String> values = new LinkedHashMap<>();
        for (int i = 1; i < part.length; i++) {
            int equals = part[i].indexOf('=');
            values.put(part[i].substring(0, equals), part[i].substring(equals + 1));
        }
        return new Message(part[0], values);
    }
}
