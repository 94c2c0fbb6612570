package io.github.postgresxa.spec;

import java.io.IOException;
import java.util.List;
import java.util.regex.Pattern;

/**
 * A rule that is broken.
 *
 * @param module the model
 * @param config its configuration
 * @param broken what is broken
 * @param invariant what must be violated
 * @param states the length of the shortest trace
 */
record Mutant(String module, String config, String broken, String invariant, int states) {

    private static final Pattern LINE = Pattern.compile("(\\S+\\.cfg)\\s+(.+?)\\s+(\\w+)\\s+([0-9]+) states");

    static List<Mutant> all() throws IOException {
        return ModelList.read(
                LINE,
                (module, m) -> new Mutant(module, m.group(1), m.group(2), m.group(3), Integer.parseInt(m.group(4))));
    }

    @Override
    public String toString() {
        return config + ": " + broken;
    }
}
