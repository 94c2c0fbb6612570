package io.github.postgresxa.test.server;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Lines of {@code postgresql.conf}: the durable defaults, and what the caller wants otherwise. */
public record ServerSettings(Map<String, String> values) {
    private static final List<String> DURABLE = List.of(
            "fsync=on",
            "synchronous_commit=on",
            "full_page_writes=on",
            "max_prepared_transactions=64",
            "max_connections=200",
            "shared_buffers=32MB",
            "timezone=UTC",
            "log_timezone=UTC",
            "log_line_prefix=%m [%p] %d ");

    /** Copies the values. */
    public ServerSettings {
        values = Map.copyOf(values);
    }

    /** {@return the defaults, replaced and completed by settings of the form {@code name=value}} */
    public static ServerSettings durableWith(List<String> settings) {
        var values = new LinkedHashMap<String, String>();
        DURABLE.forEach(setting -> put(values, setting));
        settings.forEach(setting -> put(values, setting));
        return new ServerSettings(values);
    }

    private static void put(Map<String, String> values, String setting) {
        int equals = setting.indexOf('=');
        if (equals < 1) {
            throw new IllegalArgumentException(
                    "'%s' is not a server setting: write name=value, such as max_connections=50".formatted(setting));
        }
        values.put(
                setting.substring(0, equals).strip(),
                setting.substring(equals + 1).stripLeading());
    }

    ServerSettings and(Map<String, String> fixed) {
        var all = new LinkedHashMap<>(values);
        all.putAll(fixed);
        return new ServerSettings(all);
    }

    /** {@return the same text for the same settings, so that a change can be seen} */
    String asFile() {
        return values.entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .map(entry ->
                        "%s = '%s'%n".formatted(entry.getKey(), entry.getValue().replace("'", "''")))
                .collect(Collectors.joining());
    }
}
