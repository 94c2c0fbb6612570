package io.github.postgresxa.test.manager;

import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/** The managers under which the suite runs in this project's build. */
public enum KnownManager {
    /** Atomikos, started by this library. */
    ATOMIKOS("embedded Atomikos"),
    /** Narayana, started by this library. */
    NARAYANA("embedded Narayana", Difference.ENDED_TRANSACTION_ON_THREAD),
    /** Narayana, started by the application, or by its Spring Boot starter. */
    EXTERNAL_NARAYANA(
            "Narayana of the application", Difference.NEGATIVE_TIMEOUT_IGNORED, Difference.ENDED_TRANSACTION_ON_THREAD);

    private final String title;
    private final List<Difference> differences;

    KnownManager(String title, Difference... differences) {
        this.title = title;
        this.differences = List.of(differences);
    }

    /** {@return how the documentation calls it} */
    public String title() {
        return title;
    }

    /** {@return what it does differently} */
    public Set<Difference> differences() {
        return differences.isEmpty() ? Set.of() : EnumSet.copyOf(differences);
    }
}
