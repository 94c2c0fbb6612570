package io.github.postgresxa.benchmarks.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.postgresxa.benchmarks.contender.Kind;
import io.github.postgresxa.benchmarks.measurement.Options;
import io.github.postgresxa.benchmarks.measurement.Results;
import io.github.postgresxa.benchmarks.scenario.Plan;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PageTests {

    private final Results none = new Results();
    private final String page =
            new Page(Options.fromProperties(), new Machine(Map.of()), none, new Charts(none), "", "never").text();

    @Test
    void aTargetThatWasNotMeasuredIsNotMet() {
        assertThat(page).contains("not measured").doesNotContain("| met |");
    }

    @Test
    void everyScenarioAndEveryContenderCanBeChosen() {
        assertThat(page).contains("`" + Plan.HOT_ROWS + "`", "`" + Plan.writers(8) + "`");
        assertThat(page)
                .contains(java.util.Arrays.stream(Kind.values())
                        .map(k -> "`" + k.id() + "`")
                        .toList());
    }

    @Test
    void targetsAskOnlyForScenariosOfThePlan() {
        assertThat(Plan.whole().stream().flatMap(b -> b.scenarios().stream()).map(s -> s.id()))
                .contains(
                        Plan.TWO_WRITERS,
                        Plan.STARTER,
                        Plan.TWO_WRITERS_1MS,
                        Plan.WRITER_AND_READER,
                        Plan.READERS,
                        Plan.ONE_NODE,
                        Plan.writers(2),
                        Plan.writers(8));
    }
}
