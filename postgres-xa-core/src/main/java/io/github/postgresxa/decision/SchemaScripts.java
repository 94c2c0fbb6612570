package io.github.postgresxa.decision;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * The scripts that make the schema, one for each version. A script only adds, sets {@code node.version} itself, and can
 * be run again at any time; it never lowers the version.
 */
final class SchemaScripts {

    private SchemaScripts() {}

    /** {@return the names of the scripts that lead from one version to the newest, in order} */
    static List<String> names(int after) {
        return IntStream.rangeClosed(after + 1, DecisionSchema.VERSION)
                .mapToObj("v%d.sql"::formatted)
                .toList();
    }

    /** {@return all scripts in order, without the last semicolon} */
    static String all(String schema) {
        return IntStream.rangeClosed(1, DecisionSchema.VERSION)
                .mapToObj(version -> script(version, schema))
                .collect(Collectors.joining(";\n\n"));
    }

    /** {@return the script that leads to a version from the one before, without the last semicolon} */
    static String script(int version, String schema) {
        return read("v%d.sql".formatted(version)).strip().replaceFirst(";$", "").replaceAll("\\bpgxa\\b", schema);
    }

    private static String read(String name) {
        String path = "/io/github/postgresxa/schema/" + name;
        try (InputStream in = SchemaScripts.class.getResourceAsStream(path)) {
            if (in == null) {
                throw new IllegalStateException("the jar lacks " + path);
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException("the jar's " + path + " cannot be read", e);
        }
    }
}
