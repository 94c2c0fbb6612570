package io.github.postgresxa.spec;

import java.io.IOException;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * A predicate that a passing run violates, which proves that the run reaches that state.
 *
 * @param module the model
 * @param predicate its name
 * @param config the run
 */
record Witness(String module, String predicate, String config) {

    private static final Pattern LINE = Pattern.compile("(Never\\w+)\\s+(\\S+\\.cfg)\\s+.+");

    static List<Witness> all() throws IOException {
        return ModelList.read(LINE, (module, m) -> new Witness(module, m.group(1), m.group(2)));
    }

    /** {@return the predicates that are listed for one run} */
    static Set<String> of(Sound run) throws IOException {
        return all().stream()
                .filter(w -> w.module.equals(run.module()) && w.config.equals(run.config()))
                .map(Witness::predicate)
                .collect(Collectors.toCollection(TreeSet::new));
    }
}
