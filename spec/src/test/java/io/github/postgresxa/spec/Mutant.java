package io.github.postgresxa.spec;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A line of {@code MUTANTS.txt}.
 *
 * @param module the model
 * @param config its configuration
 * @param broken what is broken
 * @param invariant what must be violated
 */
record Mutant(String module, String config, String broken, String invariant) {

    private static final Pattern MODULE = Pattern.compile("== (\\w+)\\.tla ==");
    private static final Pattern LINE = Pattern.compile("(\\S+\\.cfg)\\s+(.+?)\\s{2,}(\\w+)\\s+[0-9]+ states");
    private static final Pattern SHORT_GAP = Pattern.compile("(\\S+\\.cfg)\\s+(.+?)\\s+(\\w+)\\s+[0-9]+ states");

    static List<Mutant> all() throws IOException {
        List<Mutant> mutants = new ArrayList<>();
        String module = "";
        for (String line : Files.readAllLines(Path.of("MUTANTS.txt"))) {
            Matcher heading = MODULE.matcher(line);
            if (heading.matches()) {
                module = heading.group(1);
            }
            Matcher row = LINE.matcher(line);
            Matcher tight = SHORT_GAP.matcher(line);
            if (row.matches()) {
                mutants.add(new Mutant(module, row.group(1), row.group(2), row.group(3)));
            } else if (tight.matches()) {
                mutants.add(new Mutant(module, tight.group(1), tight.group(2), tight.group(3)));
            }
        }
        return mutants;
    }

    @Override
    public String toString() {
        return config + ": " + broken;
    }
}
