package io.github.postgresxa.spec;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** {@code MUTANTS.txt}: one section per model, one line per configuration or witness. */
final class ModelList {

    private static final Pattern MODULE = Pattern.compile("== (\\w+)\\.tla ==");

    private ModelList() {}

    /** {@return the contents of the lines of one form, each with the model of its section} */
    static <T> List<T> read(Pattern form, BiFunction<String, Matcher, T> line) throws IOException {
        List<T> found = new ArrayList<>();
        String module = "";
        for (String text : Files.readAllLines(Path.of("MUTANTS.txt"))) {
            Matcher heading = MODULE.matcher(text);
            if (heading.matches()) {
                module = heading.group(1);
            }
            Matcher matcher = form.matcher(text);
            if (matcher.matches()) {
                found.add(line.apply(module, matcher));
            }
        }
        return found;
    }
}
