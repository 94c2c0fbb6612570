package io.github.postgresxa.spec;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class ModelIT {

    private static final int INVARIANT_VIOLATED = 12;

    static List<Mutant> mutants() throws IOException {
        return Mutant.all();
    }

    /** The numbers of states keep a configuration from passing because it visits nothing. */
    @ParameterizedTest
    @CsvSource({
        "CommitProtocol, commit/good.cfg, 17892",
        "CommitProtocol, commit/faults.cfg, 86660",
        "CommitProtocol, commit/good3.cfg, 357619",
        "CommitProtocol, commit/live.cfg, 17892",
        "PgDecisionLog, good.cfg, 31650",
        "PgDecisionLog, live.cfg, 5674"
    })
    void theProtocolHolds(String module, String config, int states) throws Exception {
        Tlc run = Tlc.check(module, config);
        assertThat(run.status()).as(run.output()).isZero();
        assertThat(run.distinctStates()).isEqualTo(states);
    }

    @ParameterizedTest
    @MethodSource("mutants")
    void aBrokenRuleIsFoundOut(Mutant mutant) throws Exception {
        Tlc run = Tlc.check(mutant.module(), mutant.config());
        assertThat(run.status()).as(run.output()).isEqualTo(INVARIANT_VIOLATED);
        assertThat(run.violated()).isEqualTo(mutant.invariant());
    }

    @Test
    void everyMutantIsOnTheList() throws IOException {
        Set<String> listed = mutants().stream()
                .map(Mutant::config)
                .filter(c -> c.startsWith("commit/"))
                .map(c -> c.substring("commit/".length()))
                .collect(Collectors.toCollection(TreeSet::new));
        try (Stream<Path> files = Files.list(Path.of("commit"))) {
            Set<String> present = files.map(f -> f.getFileName().toString())
                    .filter(f -> !Set.of("good.cfg", "good3.cfg", "faults.cfg", "live.cfg")
                            .contains(f))
                    .collect(Collectors.toCollection(TreeSet::new));
            assertThat(listed).isEqualTo(present).hasSize(22);
        }
    }
}
