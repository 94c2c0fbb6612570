package io.github.postgresxa.cli.config;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.DumperOptions;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.Tag;
import org.yaml.snakeyaml.representer.Representer;
import org.yaml.snakeyaml.resolver.Resolver;

/** Reads YAML with the parser and the options that Spring Boot uses, as flat names with their values. */
final class YamlDocuments {

    private YamlDocuments() {}

    static List<Map<String, String>> read(Path file, String text) {
        LoaderOptions options = new LoaderOptions();
        options.setAllowDuplicateKeys(false);
        options.setMaxAliasesForCollections(Integer.MAX_VALUE);
        options.setAllowRecursiveKeys(true);
        DumperOptions unused = new DumperOptions();
        Yaml yaml =
                new Yaml(new SafeConstructor(options), new Representer(unused), unused, options, new NoTimestamps());
        List<Map<String, String>> documents = new ArrayList<>();
        try {
            for (Object document : yaml.loadAll(text)) {
                Map<String, String> flat = new LinkedHashMap<>();
                if (document instanceof Map<?, ?> || document instanceof Collection<?>) {
                    flatten("", document, flat);
                }
                documents.add(flat);
            }
        } catch (MarkedYAMLException e) {
            String where = e.getProblemMark() == null
                    ? ""
                    : " in line %d, column %d"
                            .formatted(
                                    e.getProblemMark().getLine() + 1,
                                    e.getProblemMark().getColumn() + 1);
            throw new ConfigException("%s is not valid YAML%s: %s.".formatted(file, where, e.getProblem()));
        } catch (YAMLException e) {
            throw new ConfigException("%s is not valid YAML: %s.".formatted(file, e.getMessage()));
        }
        return documents;
    }

    private static void flatten(String name, @Nullable Object value, Map<String, String> flat) {
        if (value instanceof Map<?, ?> map) {
            map.forEach((key, inner) -> flatten(joined(name, String.valueOf(key)), inner, flat));
        } else if (value instanceof Collection<?> list) {
            int i = 0;
            for (Object inner : list) {
                flatten(name + "[" + i++ + "]", inner, flat);
            }
        } else {
            flat.put(name, value == null ? "" : value.toString());
        }
    }

    private static String joined(String name, String key) {
        return name.isEmpty() || key.startsWith("[") ? name + key : name + "." + key;
    }

    /** A date stays the text that was written. */
    private static final class NoTimestamps extends Resolver {

        @Override
        public void addImplicitResolver(Tag tag, Pattern pattern, String first, int limit) {
            if (!tag.equals(Tag.TIMESTAMP)) {
                super.addImplicitResolver(tag, pattern, first, limit);
            }
        }
    }
}
