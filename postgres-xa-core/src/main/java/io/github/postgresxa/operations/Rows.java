package io.github.postgresxa.operations;

import io.github.postgresxa.node.Wire;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads rows of text, as the simple protocol returns them. */
final class Rows {

    private Rows() {}

    static List<List<@Nullable String>> of(Wire wire, String sql) throws SQLException {
        return wire.send(sql).rows();
    }

    static List<@Nullable String> one(Wire wire, String sql) throws SQLException {
        return wire.send(sql).row();
    }

    static String text(List<@Nullable String> row, int column) {
        String value = row.get(column);
        return value == null ? "" : value;
    }

    static long number(List<@Nullable String> row, int column) {
        String value = text(row, column);
        return value.isEmpty() ? 0 : Long.parseLong(value);
    }

    static boolean yes(List<@Nullable String> row, int column) {
        return "t".equals(row.get(column));
    }

    static Duration millis(List<@Nullable String> row, int column) {
        return Duration.ofMillis(Math.max(0, number(row, column)));
    }
}
