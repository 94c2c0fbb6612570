package io.github.postgresxa.sabotage;

import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A rule of the product that is broken on purpose.
 *
 * @param name the name of the model's mutant that breaks the same rule, if there is one
 * @param breaks what is broken
 * @param edits how
 * @param test the test that has to notice, as {@code Class#method}; null if the simulation has to
 */
record Mutant(
        String name,
        String breaks,
        List<Edit> edits,
        @Nullable String test) {

    /** One that the simulation has to notice. */
    Mutant(String name, String breaks, Edit... edits) {
        this(name, breaks, List.of(edits), null);
    }

    Mutant noticedBy(String named) {
        return new Mutant(name, breaks, edits, named);
    }

    static List<Mutant> all() {
        return Stream.of(
                        CommitMutants.ALL,
                        AcknowledgeMutants.ALL,
                        RecoveryMutants.ALL,
                        ForgettingMutants.ALL,
                        ReadingMutants.ALL,
                        SessionMutants.ALL,
                        CopyMutants.ALL,
                        ManagerLogMutants.ALL)
                .flatMap(List::stream)
                .toList();
    }

    @Override
    public String toString() {
        return name;
    }
}
