package io.github.postgresxa.document;

import io.github.postgresxa.TransactionId;
import java.lang.reflect.RecordComponent;
import java.util.Collection;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Writes maps, lists, records, texts, numbers and booleans as JSON in ASCII, so that no terminal's encoding can change
 * it. Anything else is a text: a length of time, for example, as ISO 8601 has it.
 */
public final class Json {

    private final StringBuilder out = new StringBuilder();

    private Json() {}

    /**
     * Writes a value.
     *
     * @param value a map, a collection, a public record, an optional value, a number, a boolean, a text or null
     * @return the document, with indented lines
     */
    public static String write(@Nullable Object value) {
        Json json = new Json();
        json.value(value, "\n");
        return json.out.toString();
    }

    private void value(@Nullable Object value, String indent) {
        if (value instanceof Map<?, ?> map) {
            Iterator<? extends Map.Entry<?, ?>> entries = map.entrySet().iterator();
            block('{', '}', indent, entries, entry -> {
                text(String.valueOf(entry.getKey()));
                out.append(": ");
                value(entry.getValue(), indent + "  ");
            });
        } else if (value instanceof Collection<?> list) {
            block('[', ']', indent, list.iterator(), element -> value(element, indent + "  "));
        } else if (value instanceof Record record && !(value instanceof TransactionId)) {
            value(components(record), indent);
        } else if (value instanceof Optional<?> optional) {
            value(optional.orElse(null), indent);
        } else if (value == null || value instanceof Number || value instanceof Boolean) {
            out.append(value);
        } else {
            text(value.toString());
        }
    }

    private static Map<String, @Nullable Object> components(Record record) {
        Map<String, @Nullable Object> all = new LinkedHashMap<>();
        for (RecordComponent component : record.getClass().getRecordComponents()) {
            try {
                all.put(component.getName(), component.getAccessor().invoke(record));
            } catch (ReflectiveOperationException e) {
                throw new IllegalArgumentException("%s cannot be read".formatted(component), e);
            }
        }
        return all;
    }

    private interface Part<T> {
        void write(T part);
    }

    private <T> void block(char open, char close, String indent, Iterator<? extends T> parts, Part<T> part) {
        out.append(open);
        boolean any = parts.hasNext();
        while (parts.hasNext()) {
            out.append(indent).append("  ");
            part.write(parts.next());
            out.append(parts.hasNext() ? "," : "");
        }
        out.append(any ? indent : "").append(close);
    }

    private void text(String text) {
        out.append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"' || c == '\\') {
                out.append('\\').append(c);
            } else if (c < ' ' || c > '~') {
                out.append("\\u%04x".formatted((int) c));
            } else {
                out.append(c);
            }
        }
        out.append('"');
    }
}
