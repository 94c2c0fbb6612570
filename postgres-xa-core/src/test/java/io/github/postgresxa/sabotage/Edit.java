package io.github.postgresxa.sabotage;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;

/**
 * One change of a source file.
 *
 * @param file below the product's root package, without suffix
 * @param old the text that is there, exactly once
 * @param replacement the text that takes its place
 */
record Edit(String file, String old, String replacement) {

    private static final Path SOURCES = Path.of("src/main/java/io/github/postgresxa");

    /** {@return the file's text as it is} */
    String source() {
        try {
            return Files.readString(SOURCES.resolve(file + ".java"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** {@return how often the old text occurs; unless it is once, the code has changed and the mutant is void} */
    int occurrences(String source) {
        return source.split(Pattern.quote(old), -1).length - 1;
    }

    String apply(String source) {
        if (occurrences(source) != 1) {
            throw new IllegalStateException("%s does not hold exactly once: %s".formatted(file, old));
        }
        return source.replace(old, replacement);
    }
}
