package io.github.postgresxa.cli.config;

import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** The properties below {@code postgres.xa}. A name that is none of them is an error: it would be without effect. */
final class KnownNames {

    /** {@code *} is the name of a node. */
    static final List<String> ALL = List.of(
            "enabled",
            "name",
            "primary",
            "transaction-manager",
            "ignore-unknown-keys",
            "nodes.*.url",
            "nodes.*.username",
            "nodes.*.password",
            "nodes.*.required",
            "nodes.*.pool.max-size",
            "nodes.*.pool.min-size",
            "nodes.*.pool.acquisition-timeout",
            "nodes.*.pool.idle-timeout",
            "nodes.*.pool.max-lifetime",
            "nodes.*.pool.validation-idle",
            "nodes.*.pool.discard-all",
            "nodes.*.recovery-role.username",
            "nodes.*.recovery-role.password",
            "decision.schema",
            "decision.initialize-schema",
            "decision.retention",
            "decision.single-writer",
            "recovery.enabled",
            "recovery.interval",
            "recovery.grace",
            "doctor.at-start",
            "health.in-doubt-threshold",
            "metrics.transaction-names",
            "logging.transaction-id");

    /** What other libraries call the same thing. */
    private static final Map<String, String> OTHERWISE = Map.of(
            "user",
            "username",
            "pass",
            "password",
            "jdbcurl",
            "url",
            "maximumpoolsize",
            "pool.max-size",
            "role",
            "username");

    private KnownNames() {}

    static boolean contains(PropertyName name) {
        String node = node(name.canonical());
        return ALL.stream().anyMatch(known -> canonical(known, node).equals(name.canonical()));
    }

    /** {@return the known name that is most like an unknown one} */
    static String nearest(PropertyName unknown) {
        String name = unknown.canonical();
        String node = node(name);
        String last = name.substring(name.lastIndexOf('.') + 1);
        String meant = OTHERWISE.get(last);
        String other = meant == null ? name : name.substring(0, name.length() - last.length()) + canonical(meant);
        return PropertyName.PREFIX
                + ALL.stream()
                        .min(Comparator.comparingInt(known -> Spelling.distance(other, canonical(known, node))))
                        .orElseThrow()
                        .replace("*", node);
    }

    private static String canonical(String known, String node) {
        return PropertyName.PREFIX + canonical(known).replace("*", node);
    }

    private static String canonical(String known) {
        return List.of(known.split("\\.")).stream().map(PropertyName::uniform).collect(Collectors.joining("."));
    }

    private static String node(String canonical) {
        String[] elements = canonical.split("\\.");
        return canonical.startsWith(PropertyName.NODES) && elements.length > 3 ? elements[3] : "<node>";
    }
}
