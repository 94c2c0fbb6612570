package io.github.postgresxa.cli.output;

import java.util.Collection;
import java.util.Iterator;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Writes maps, lists, texts, numbers and booleans as JSON in ASCII, so that no terminal's encoding can change it. */
public final class Json {

    private final StringBuilder out = new StringBuilder();

    private Json() {}

    /**
     * Writes a value.
     *
     * @param value a map, a collection, a text, a number, a boolean or null
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
        } else if (value == null || value instanceof Number || value instanceof Boolean) {
            out.append(value);
        } else {
            text(value.toString());
        }
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
