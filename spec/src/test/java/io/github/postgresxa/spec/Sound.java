package io.github.postgresxa.spec;

import java.io.IOException;
import java.util.List;
import java.util.regex.Pattern;

/**
 * A configuration without mutation.
 *
 * @param module the model
 * @param config its configuration
 * @param states how many different states it has: it may not pass because it visits nothing
 */
record Sound(String module, String config, int states) {

    private static final Pattern LINE =
            Pattern.compile("(\\S+\\.cfg)\\s+.+?\\s+no error,\\s+([0-9,]+) distinct states, depth [0-9]+");

    static List<Sound> all() throws IOException {
        return ModelList.read(
                LINE,
                (module, m) -> new Sound(
                        module, m.group(1), Integer.parseInt(m.group(2).replace(",", ""))));
    }

    @Override
    public String toString() {
        return config;
    }
}
