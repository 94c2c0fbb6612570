package io.github.postgresxa.sabotage;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What has to be broken: the mutants of the model, and those of the plan for tests of tests (M1 to M21). */
final class Listed {

    private static final Pattern CONFIG = Pattern.compile("(?m)^(\\w+/[\\w-]+)\\.cfg .* [0-9]+ states$");

    private static final String SUBORDINATE =
            "nobody has broken it in the code yet; the rule is checked by the model and by SubordinateIT";

    private static final String MANAGERS_BARRIER =
            "the same line of code as manager/commit-without-barrier, which a test notices";

    private static final String MANAGER = "nobody has broken it in the code yet; the rule is checked by the model";

    private static final String TRIGGER =
            "a trigger of the table raises the marks, not our code; the rule is checked by RestoreIT";

    /** Mutants of the model that are not among ours, and why. */
    static final Map<String, String> NOT_IN_CODE = Map.ofEntries(
            Map.entry(
                    "subordinate/prepared-is-listed",
                    "the same line of code as prepared-is-listed, which the simulation notices"),
            Map.entry("subordinate/no-barrier", "the same line of code as no-barrier, which the simulation notices"),
            Map.entry(
                    "subordinate/commit-row-by-age",
                    "the same line of code as commit-row-by-age, which the simulation notices"),
            Map.entry(
                    "subordinate/silent-home-is-abort",
                    "the same line of code as subordinate/rollback-unasked, which the simulation notices"),
            Map.entry("subordinate/answer-before-row", SUBORDINATE),
            Map.entry("subordinate/finish-before-row", SUBORDINATE),
            Map.entry("subordinate/rollback-without-row", SUBORDINATE),
            Map.entry("subordinate/list-decided", SUBORDINATE),
            Map.entry("subordinate/list-unasked", SUBORDINATE),
            Map.entry("subordinate/list-without-barrier", SUBORDINATE),
            Map.entry("subordinate/row-names-some", SUBORDINATE),
            Map.entry("subordinate/unknown-xid-is-done", SUBORDINATE),
            Map.entry("subordinate/fence-names-nobody", SUBORDINATE),
            Map.entry("manager/abort-row-early", MANAGER),
            Map.entry("manager/abort-without-barrier", MANAGERS_BARRIER),
            Map.entry("manager/absent-without-barrier", MANAGER),
            Map.entry("manager/any-registration", MANAGER),
            Map.entry("manager/ask-without-barrier", MANAGERS_BARRIER),
            Map.entry("manager/conflict-is-abort", MANAGER),
            Map.entry("manager/decision-without-barrier", MANAGER),
            Map.entry("manager/early-decide", MANAGER),
            Map.entry("manager/fence-elsewhere", MANAGER),
            Map.entry("manager/name-without-barrier", MANAGER),
            Map.entry("manager/no-foreign-key", MANAGER),
            Map.entry("manager/nodes-before-name", MANAGER),
            Map.entry("manager/nota-is-done", MANAGER),
            Map.entry("manager/own-phase-is-fence", MANAGER),
            Map.entry("manager/prepare-before-name", MANAGER),
            Map.entry("manager/refresh-registers", MANAGER),
            Map.entry("manager/unknown-name-is-abort", MANAGER),
            Map.entry("mark-not-raised", TRIGGER),
            Map.entry("mark-of-one", TRIGGER),
            Map.entry("two/participants-last", TRIGGER),
            Map.entry("two/participants-any", TRIGGER),
            Map.entry(
                    "two/mark-later",
                    "one statement deletes the rows and raises the mark; it cannot do one of the two later"));

    /** The plan's numbers, and who breaks that rule. */
    static final Map<String, String> NUMBERS = numbers();

    private Listed() {}

    private static Map<String, String> numbers() {
        Map<String, String> numbers = new LinkedHashMap<>();
        String[] names = {
            "early-finish", // decide after the first COMMIT PREPARED
            "unfenced", // roll back without a fence
            "abort-row-early",
            "commit-row-by-age",
            "lost-reply-is-abort",
            "no-such-is-done", // 42704 = success
            "tag-ignored",
            "read-only-after-prepare",
            "unfenced", // presumed abort by clock: after the grace, by recovery's own
            "name-by-prefix",
            "stop-at-first-failing-node",
            "dead-is-permanent",
            "decision-not-durable",
            "early-ack",
            "lenient-name",
            "ignore-conflict",
            "look-instead-of-fence",
            "xid-across-failover",
            "no-barrier",
            "unknown-as-rmerr",
            "abort-row-early" // A rows deleted without waiting for the home's running transactions
        };
        for (int i = 0; i < names.length; i++) {
            numbers.put("M" + (i + 1), names[i]);
        }
        return numbers;
    }

    /** {@return the mutants of {@code spec/MUTANTS.txt}; those of {@code CommitProtocol} by their bare names} */
    static Set<String> inTheModel() throws IOException {
        Set<String> names = new TreeSet<>();
        Matcher config = CONFIG.matcher(Files.readString(Path.of("../spec/MUTANTS.txt")));
        while (config.find()) {
            names.add(config.group(1).replaceFirst("^commit/", ""));
        }
        return names;
    }
}
