package io.github.postgresxa.reliability.matrix;

import io.github.postgresxa.reliability.matrix.Transfer.Verb;
import java.util.List;
import java.util.Map;

/** The participants of a transaction and their roles. The first writer is the home. */
enum Shape {
    TWO_WRITERS("two writers", List.of("east", "west"), Map.of(), ReportedOutcome.OK),
    THREE_WRITERS("three writers", List.of("east", "west", "north"), Map.of(), ReportedOutcome.OK),
    TWO_WRITERS_AND_READER(
            "two writers, one reader", List.of("east", "west"), Map.of("north", Verb.READ), ReportedOutcome.OK),
    /** Money goes from one account to another of the same node. */
    ONE_WRITER_AND_READER(
            "one writer, one reader", List.of("east", "east"), Map.of("west", Verb.READ), ReportedOutcome.OK),
    FAILED_STATEMENT(
            "a failure is swallowed", List.of("east", "west"), Map.of("west", Verb.FAIL), ReportedOutcome.ROLLED_BACK),
    PREPARE_REFUSED(
            "PREPARE is refused", List.of("east", "west"), Map.of("west", Verb.ORPHAN), ReportedOutcome.ROLLED_BACK),
    DECISION_REFUSED(
            "the home's COMMIT is refused",
            List.of("east", "west"),
            Map.of("east", Verb.ORPHAN),
            ReportedOutcome.ROLLED_BACK),
    /** Outside of transactions. */
    LOCAL_COMMIT("outside: a local transaction", List.of("east", "east"), Map.of(), ReportedOutcome.OK),
    /** Outside of transactions. */
    AUTO_COMMIT("outside: auto-commit", List.of("east"), Map.of(), ReportedOutcome.OK);

    private final String title;
    private final List<String> writers;
    private final Map<String, Verb> extra;
    private final ReportedOutcome unharmed;

    Shape(String title, List<String> writers, Map<String, Verb> extra, ReportedOutcome unharmed) {
        this.title = title;
        this.writers = writers;
        this.extra = extra;
        this.unharmed = unharmed;
    }

    String title() {
        return title;
    }

    List<String> writers() {
        return writers;
    }

    Map<String, Verb> extra() {
        return extra;
    }

    String home() {
        return writers.get(0);
    }

    /** A single writer leaves no decision: after a lost reply the outcome cannot be known, as with plain JDBC. */
    boolean leavesDecision() {
        return writers.stream().distinct().count() > 1;
    }

    /** {@return whether it is work outside of transactions} */
    boolean isLocal() {
        return this == LOCAL_COMMIT || this == AUTO_COMMIT;
    }

    /** {@return the reply to the caller where nothing goes wrong} */
    ReportedOutcome unharmed() {
        return unharmed;
    }
}
