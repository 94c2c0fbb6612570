package io.github.postgresxa.spec;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Each run is a separate process with one worker. Two of them run at a time. */
@Execution(ExecutionMode.CONCURRENT)
class ModelIT {

    private static final int INVARIANT_VIOLATED = 12;
    private static final Map<String, String> DIRECTORIES = Map.of(
            "CommitProtocol",
            "commit",
            "SubordinateProtocol",
            "subordinate",
            "TwoTransactions",
            "two",
            "ManagerLog",
            "manager");
    private static final Pattern PREDICATE = Pattern.compile("(?m)^(Never\\w+)\\s+==");

    static List<Mutant> mutants() throws IOException {
        return Mutant.all();
    }

    static List<Sound> sound() throws IOException {
        return Sound.all();
    }

    @ParameterizedTest
    @MethodSource("sound")
    void theProtocolHoldsAndTheRunIsNotEmpty(Sound model) throws Exception {
        Tlc run = Tlc.check(model.module(), model.config());
        assertThat(run.status()).as(run.output()).isZero();
        assertThat(run.distinctStates()).isEqualTo(model.states());
        assertThat(run.visited()).containsAll(Witness.of(model));
    }

    @ParameterizedTest
    @MethodSource("mutants")
    void aBrokenRuleIsFoundOut(Mutant mutant) throws Exception {
        Tlc run = Tlc.check(mutant.module(), mutant.config());
        assertThat(run.status()).as(run.output()).isEqualTo(INVARIANT_VIOLATED);
        assertThat(run.violated()).isEqualTo(mutant.invariant());
        assertThat(run.trace()).isEqualTo(mutant.states());
    }

    @ParameterizedTest
    @MethodSource("modules")
    void everyConfigurationIsOnTheList(String module) throws IOException {
        Set<String> listed = sorted(Stream.concat(
                mutants().stream().filter(m -> m.module().equals(module)).map(Mutant::config),
                sound().stream().filter(r -> r.module().equals(module)).map(Sound::config)));
        try (Stream<Path> files = Files.list(Path.of(String.valueOf(DIRECTORIES.get(module))))) {
            Set<String> present = sorted(files.map(f -> f.toString().replace('\\', '/')));
            assertThat(listed).isEqualTo(present);
        }
    }

    /** A mutant's configuration sets the constant that it is named after. */
    @Test
    void everyMutantIsNamedAfterTheRuleThatItBreaks() throws IOException {
        for (Mutant mutant : mutants()) {
            if (mutant.config().contains("/")) {
                String name = mutant.config().replaceAll(".*/|\\.cfg", "");
                assertThat(Files.readString(Path.of(mutant.config()))).contains("MUTANT = \"" + name + "\"");
            }
        }
        for (Sound model : sound()) {
            if (model.config().contains("/")) {
                assertThat(Files.readString(Path.of(model.config()))).contains("MUTANT = \"none\"");
            }
        }
    }

    @ParameterizedTest
    @MethodSource("modules")
    void everyWitnessIsOnTheList(String module) throws IOException {
        Set<String> written = sorted(PREDICATE
                .matcher(Files.readString(Path.of(module + ".tla")))
                .results()
                .map(r -> r.group(1)));
        Set<String> listed = sorted(
                Witness.all().stream().filter(w -> w.module().equals(module)).map(Witness::predicate));
        assertThat(listed).isEqualTo(written).isNotEmpty();
    }

    static List<String> modules() {
        return List.copyOf(DIRECTORIES.keySet());
    }

    private static Set<String> sorted(Stream<String> names) {
        return names.collect(Collectors.toCollection(TreeSet::new));
    }
}
