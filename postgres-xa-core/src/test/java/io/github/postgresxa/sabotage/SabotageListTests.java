package io.github.postgresxa.sabotage;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/**
 * The list of mutants fits the present code and model. Whether each mutant is caught takes long: {@link Sabotage}
 * checks that.
 */
class SabotageListTests {

    @Test
    void everyMutantOfTheModelIsBrokenInTheCodeTooOrItIsSaidWhyNot() throws IOException {
        Set<String> covered = names();
        covered.addAll(Listed.NOT_IN_CODE.keySet());
        assertThat(covered).containsAll(Listed.inTheModel());
        assertThat(Listed.inTheModel()).hasSizeGreaterThan(28).containsAll(Listed.NOT_IN_CODE.keySet());
        assertThat(names()).doesNotContainAnyElementsOf(Listed.NOT_IN_CODE.keySet());
    }

    @Test
    void everyNumberOfThePlanIsAMutant() {
        assertThat(Listed.NUMBERS).hasSize(21);
        assertThat(names()).containsAll(Listed.NUMBERS.values());
    }

    @Test
    void everyEditFindsItsTextExactlyOnce() {
        List<String> voided = new ArrayList<>();
        for (Mutant mutant : Mutant.all()) {
            for (Edit edit : mutant.edits()) {
                int occurrences = edit.occurrences(edit.source());
                if (occurrences != 1) {
                    voided.add("%s: %d times in %s: %s".formatted(mutant, occurrences, edit.file(), edit.old()));
                }
            }
        }
        assertThat(voided)
                .as("the code has changed: say these mutants again, in its present words")
                .isEmpty();
    }

    @Test
    void everyNameIsGivenOnce() {
        assertThat(Mutant.all()).extracting(Mutant::name).doesNotHaveDuplicates();
    }

    @Test
    void everyTestThatHasToNoticeOneExists() throws ClassNotFoundException {
        for (Mutant mutant : Mutant.all()) {
            String test = mutant.test();
            if (test != null) {
                assertThat(methods(Class.forName(TestTrial.className(test)))).contains(test.replaceFirst(".*#", ""));
            }
        }
    }

    private static List<String> methods(Class<?> type) {
        List<String> names = new ArrayList<>(
                Arrays.stream(type.getDeclaredMethods()).map(Method::getName).toList());
        for (Class<?> nested : type.getDeclaredClasses()) {
            names.addAll(methods(nested));
        }
        return names;
    }

    private static Set<String> names() {
        return Mutant.all().stream().map(Mutant::name).collect(Collectors.toCollection(TreeSet::new));
    }

    @Test
    void thePageTellsOfEveryMutant() throws IOException {
        String page = Files.readString(Page.FILE);
        assertThat(Mutant.all()).allSatisfy(m -> assertThat(page).contains("| `" + m.name() + "` | "));
    }
}
