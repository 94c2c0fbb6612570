package io.github.postgresxa.benchmarks.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.postgresxa.benchmarks.contender.Kind;
import io.github.postgresxa.benchmarks.measurement.Options;
import io.github.postgresxa.benchmarks.measurement.Results;
import io.github.postgresxa.benchmarks.measurement.Turn;
import io.github.postgresxa.benchmarks.scenario.Block;
import io.github.postgresxa.benchmarks.scenario.Plan;
import io.github.postgresxa.benchmarks.scenario.Scenario;
import io.github.postgresxa.benchmarks.worker.Figures;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
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
                .containsAll(Plan.OF_TARGETS);
    }

    @Test
    void aRunForTheTargetsMeasuresEachOfThem() {
        Results results = new Results();
        Figures figures = new Figures(1, 1, 0, "", 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, new long[2]);
        for (Block block : Plan.of(Plan.OF_TARGETS, Plan.kinds(Set.of()))) {
            for (Scenario scenario : block.scenarios()) {
                scenario.contenders()
                        .forEach(kind -> results.add(new Turn(scenario, kind, 1, 1, Optional.of(figures), 1, "")));
            }
        }
        assertThat(Target.all())
                .filteredOn(target -> !target.circumstances().contains("counted"))
                .allSatisfy(target -> assertThat(target.seen().apply(results))
                        .as("%s, %s", target.circumstances(), target.what())
                        .isPresent());
    }
}
