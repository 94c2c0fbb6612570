package io.github.postgresxa.cli.config;

import io.github.postgresxa.configuration.Keys;
import io.github.postgresxa.configuration.PropertyName;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A configuration file, with those of its documents that belong to the active profiles and with the files beside it
 * that are named after these. A later one overrides.
 */
final class ConfigFile {

    private static final String ON_PROFILE = "spring.config.activate.onprofile";
    private static final String OLD_ON_PROFILE = "spring.profiles";
    private static final String ACTIVE = "spring.profiles.active";
    private static final String IGNORE_UNKNOWN = Keys.PREFIX + "ignore-unknown-keys";
    private static final String NODES = Keys.PREFIX + "nodes.";

    private final Path file;
    private final Map<String, Value> values = new LinkedHashMap<>();
    private final Set<String> skipped = new LinkedHashSet<>();

    /** A value, and the name as the file writes it. */
    private record Value(PropertyName name, String text) {}

    private ConfigFile(Path file) {
        this.file = file;
    }

    /**
     * Reads a file.
     *
     * @param wanted the profiles that were asked for; empty for those of the environment, or of the file itself
     */
    static ConfigFile read(Path file, List<String> wanted, Surroundings surroundings) {
        ConfigFile config = new ConfigFile(file);
        List<Map<String, Value>> documents = documents(file);
        Profiles profiles = new Profiles(wanted.isEmpty() ? configured(documents, surroundings) : wanted);
        config.add(documents, profiles);
        for (String profile : profiles.active()) {
            Path beside = beside(file, profile);
            if (Files.exists(beside)) {
                config.add(documents(beside), profiles);
            }
        }
        config.checkNames();
        return config;
    }

    private static List<String> configured(List<Map<String, Value>> documents, Surroundings surroundings) {
        List<String> active = Profiles.names(surroundings.value(ACTIVE));
        for (Map<String, Value> document : documents) {
            if (active.isEmpty() && condition(document).isEmpty()) {
                active = list(document, ACTIVE);
            }
        }
        return active;
    }

    private static List<Map<String, Value>> documents(Path file) {
        List<Map<String, Value>> documents = new ArrayList<>();
        for (Map<String, String> read : ConfigDocuments.read(file)) {
            Map<String, Value> document = new LinkedHashMap<>();
            read.forEach((written, text) -> {
                PropertyName name = PropertyName.of(written);
                document.put(name.canonical(), new Value(name, text));
            });
            documents.add(document);
        }
        return documents;
    }

    private static Path beside(Path file, String profile) {
        String name = String.valueOf(file.getFileName());
        int dot = name.lastIndexOf('.');
        return file.resolveSibling(name.substring(0, dot) + "-" + profile + name.substring(dot));
    }

    private void add(List<Map<String, Value>> documents, Profiles profiles) {
        for (Map<String, Value> document : documents) {
            List<String> condition = condition(document);
            if (profiles.accept(condition)) {
                values.putAll(document);
            } else {
                skipped.addAll(condition);
            }
        }
    }

    private static List<String> condition(Map<String, Value> document) {
        List<String> condition = list(document, ON_PROFILE);
        return condition.isEmpty() ? list(document, OLD_ON_PROFILE) : condition;
    }

    /** {@return the elements of a list, which is written with commas or with indexes} */
    private static List<String> list(Map<String, Value> document, String name) {
        List<String> all = new ArrayList<>();
        Value one = document.get(name);
        if (one != null) {
            all.addAll(Profiles.names(one.text));
        }
        int i = 0;
        for (Value next = document.get(name + ".0"); next != null; next = document.get(name + "." + ++i)) {
            all.add(next.text.strip());
        }
        return all;
    }

    private void checkNames() {
        if (Boolean.parseBoolean(text(IGNORE_UNKNOWN))) {
            return;
        }
        for (Value value : values.values()) {
            if (value.name.isOurs() && isUnknown(value)) {
                throw new ConfigException("%s: there is no property '%s'.%s"
                        .formatted(
                                file,
                                value.name.written(),
                                Keys.nearest(value.name.ownElements())
                                        .map(" The nearest that exists is '%s'."::formatted)
                                        .orElse(" The properties are in the README.")));
            }
        }
    }

    private static boolean isUnknown(Value value) {
        return switch (Keys.match(value.name.ownElements())) {
            case VALUE -> false;
            case GROUP -> !value.text.isBlank();
            case NONE -> true;
        };
    }

    /** {@return the names of the nodes} */
    Set<String> nodes() {
        Set<String> nodes = new LinkedHashSet<>();
        for (String name : values.keySet()) {
            if (name.startsWith(NODES)) {
                nodes.add(name.substring(NODES.length()).split("\\.", 2)[0]);
            }
        }
        return nodes;
    }

    /** {@return the text of a property, with its placeholders; null if the file does not have it} */
    @Nullable
    String text(String property) {
        Value value = values.get(PropertyName.of(property).canonical());
        return value == null ? null : value.text;
    }

    /** {@return why the file names no node, as far as it can be told} */
    String whyNoNodes() {
        String likely = values.values().stream()
                .map(value -> value.name.written())
                .filter(name -> PropertyName.uniform(name.split("[.\\[]", 2)[0]).startsWith("postgresxa"))
                .findFirst()
                .map(name -> " '%s' does not count: the prefix is postgres.xa.".formatted(name))
                .orElse("");
        return "%s names no node: it has no property postgres.xa.nodes.<node>.url.%s%s"
                .formatted(
                        file,
                        likely,
                        skipped.isEmpty()
                                ? ""
                                : " It has documents for the profiles %s: choose with --profile."
                                        .formatted(String.join(", ", skipped)));
    }
}
