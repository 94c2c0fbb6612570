package io.github.postgresxa.sabotage;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeMap;

/** The page that lists how each mutant was caught. */
final class Page {

    static final Path FILE = Path.of("../docs/reliability/sabotage.md");

    private Page() {}

    /**
     * One line.
     *
     * @param by an invariant or a test; empty if the mutant was not caught
     * @param schedules how many the simulation needed; 0 for a test
     */
    record Line(Mutant mutant, String by, long schedules) {

        boolean caught() {
            return !by.isEmpty();
        }

        private String row() {
            return "| `%s` | %s | %s | %s |"
                    .formatted(
                            mutant.name(),
                            mutant.breaks(),
                            caught() ? by : "**nobody**",
                            schedules == 0 ? "" : "%,d".formatted(schedules));
        }
    }

    static void write(List<Line> lines, long cleanSchedules) throws IOException {
        StringBuilder page = new StringBuilder("""
                # Sabotage: are the tests worth anything?

                Each line breaks one rule of the product, in its source code, and the tests must notice. Written by
                `./mvnw -pl postgres-xa-core -am -Psabotage verify`; the product has no switch for it. Names without a
                slash are those of [the model's mutants](../../spec/MUTANTS.txt) where it has the same one, `two/…`,
                `subordinate/…` and `manager/…` are those of its other modules. `manager/…` runs with
                `-Dsimulation.embedded=true`. M numbers are those of the project's test plan.

                "After" is the number of random schedules of the simulation, from seed 1, until an invariant was broken;
                the seed of that number replays it. Where a test is named, that test failed.

                """);
        long caught = lines.stream().filter(Line::caught).count();
        page.append(("**%d of %d caught.** The code as it is passes the same tests, and %,d schedules"
                        + " from the same seed.%n%n")
                .formatted(caught, lines.size(), cleanSchedules));
        page.append("| mutant | what is broken | caught by | after schedules |\n|---|---|---|---:|\n");
        lines.forEach(line -> page.append(line.row()).append('\n'));
        page.append("\n## Not broken in the code\n\n| mutant of the model | why |\n|---|---|\n");
        new TreeMap<>(Listed.NOT_IN_CODE).forEach((name, why) -> page.append("| `%s` | %s |\n".formatted(name, why)));
        page.append("\n## The test plan's numbers\n\n| | broken as |\n|---|---|\n");
        Listed.NUMBERS.forEach((number, name) -> page.append("| %s | `%s` |\n".formatted(number, name)));
        Files.createDirectories(FILE.getParent());
        Files.writeString(FILE, page);
    }
}
