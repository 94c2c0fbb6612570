package io.github.postgresxa.cli.output;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a command found or did.
 *
 * @param well whether all is well, or done
 * @param lines for people
 * @param json for programs: names with texts, numbers, booleans, lists and maps
 */
public record Answer(boolean well, List<String> lines, Map<String, @Nullable Object> json) {}
