package io.github.postgresxa.samples.fresh;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;

/** What a newcomer copies from the README. */
final class Readme {

    private static final Pattern BLOCK = Pattern.compile("(?ms)^```(\\w+)\\n(.*?)^```$");

    private final List<Block> blocks;

    private record Block(String language, String text) {}

    Readme(Path file) throws IOException {
        blocks = BLOCK.matcher(Files.readString(file))
                .results()
                .map(found -> new Block(found.group(1), found.group(2)))
                .toList();
    }

    /** {@return the one block of this language that contains these words} */
    String block(String language, String words) {
        List<Block> found = blocks.stream()
                .filter(block ->
                        block.language().equals(language) && block.text().contains(words))
                .toList();
        if (found.size() != 1) {
            throw new AssertionError(
                    "the README has %d blocks of %s with '%s'".formatted(found.size(), language, words));
        }
        return found.get(0).text();
    }
}
