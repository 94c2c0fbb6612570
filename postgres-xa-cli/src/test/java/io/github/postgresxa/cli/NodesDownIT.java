package io.github.postgresxa.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.postgresxa.test.PostgresNode;
import io.github.postgresxa.test.PostgresNodes;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** What the console prints while a node or the application is down, it can also do. */
@PostgresNodes({"east", "west"})
class NodesDownIT extends ConsoleTest {

    private Result run(List<String> arguments) throws Exception {
        return run(Map.of("COLUMNS", "9999"), Jar.COMMAND, arguments);
    }

    private Result onNodes(String... arguments) throws Exception {
        List<String> all = new ArrayList<>(List.of(arguments));
        for (PostgresNode node : nodes()) {
            all.addAll(List.of("--node", node.name() + "=" + Jar.url(node)));
        }
        all.addAll(List.of("--user", west.username()));
        return run(all);
    }

    /** The words of a printed command, as a shell reads them. */
    private static List<String> printed(String text, String command) {
        Matcher found = Pattern.compile("java -jar \\S*postgres-xa-cli\\.jar (" + command + " .*)")
                .matcher(text);
        assertThat(found.find()).as(text).isTrue();
        List<String> words = new ArrayList<>();
        Matcher word = Pattern.compile("\"([^\"]*)\"|'([^']*)'|(\\S+)").matcher(found.group(1));
        while (word.find()) {
            words.add(word.group(1) != null ? word.group(1) : word.group(2) != null ? word.group(2) : word.group(3));
        }
        return words;
    }

    @Test
    void aNodeThatIsDownIsNamedAndThePrintedCommandDoesTheRest() throws Exception {
        UUID id = orphan(east, west);
        west.kill();
        Result incomplete;
        try {
            incomplete = onNodes("resolve", id.toString(), "rollback", "--expect", "none", "--reason", "ticket 3");
        } finally {
            west.start();
        }
        assertThat(incomplete.exit()).isEqualTo(1);
        assertThat(incomplete.out()).contains("east: rolled back", "Node 'west' was not reached");
        assertThat(west.preparedTransactions()).hasSize(1);

        Result rest = run(printed(incomplete.out(), "recover"));
        assertThat(rest.exit()).as(rest.out() + rest.err()).isZero();
        assertThat(rest.out()).contains("1 rolled back");
        assertThat(west.preparedTransactions()).isEmpty();
    }

    @Test
    void aHomeThatIsDownIsNamedAndForceTakesAnExtraWord() throws Exception {
        UUID id = orphan(west);
        String home = identity(east);
        east.kill();
        try {
            assertThat(onNodes("explain", id.toString()).out()).contains("perhaps east", "Bring back what does not");
            Result refused = onNodes(
                    "resolve", id.toString(), "rollback", "--expect", "unknown", "--reason", "ticket 4", "--force");
            assertThat(refused.exit()).isEqualTo(1);
            assertThat(refused.err())
                    .contains("--without " + home, "--without east", "the decision: east (")
                    .doesNotContain("{");
            assertThat(west.preparedTransactions()).hasSize(1);
            Result forced = onNodes(
                    "resolve",
                    id.toString(),
                    "rollback",
                    "--expect",
                    "unknown",
                    "--reason",
                    "ticket 4",
                    "--force",
                    "--without",
                    home,
                    "--without",
                    "east");
            assertThat(forced.exit()).as("east was not reached").isEqualTo(1);
            assertThat(west.preparedTransactions()).isEmpty();
        } finally {
            east.start();
        }
        assertThat(onNodes("explain", id.toString()).out())
                .contains("forced: west:", "@", "forced ROLLBACK", ", without ", home, "east", "ticket 4");
    }

    @Test
    void manyAreSettledAfterADryRun() throws Exception {
        for (int i = 0; i < 3; i++) {
            orphan(west);
            nextAccount();
        }
        Result dry = onNodes("resolve", "--all", "rollback", "--reason", "ticket 5", "--dry-run");
        assertThat(dry.exit()).as(dry.err()).isZero();
        assertThat(dry.out()).contains("Dry run, nothing was done. 3 transactions: 3 would be rolled back");
        assertThat(west.preparedTransactions()).hasSize(3);
        Result none = onNodes("resolve", "--older-than", "1h", "rollback", "--reason", "ticket 5");
        assertThat(none.out()).contains("0 transactions");
        Result done = onNodes("resolve", "--all", "rollback", "--reason", "ticket 5");
        assertThat(done.exit()).isZero();
        assertThat(done.out()).contains("3 rolled back, 0 open, 0 refused");
        assertThat(done.out()).contains("By order of " + System.getProperty("user.name"), "ticket 5");
        assertThat(done.err()).isEmpty();
        assertThat(west.preparedTransactions()).isEmpty();
    }

    private void nextAccount() {
        west.execute("insert into account select coalesce(max(id), 0) + 10, 1 from account");
    }

    @Test
    void nothingIsSettledWithoutASelection() throws Exception {
        assertThat(onNodes("resolve", "rollback", "--reason", "why").err()).contains("No transaction is selected");
        assertThat(onNodes("resolve", UUID.randomUUID().toString(), "rollback", "--reason", "why")
                        .err())
                .contains("--expect");
        assertThat(onNodes("resolve", "--all", "settle", "--reason", "why").err())
                .contains("commit or rollback");
    }
}
