package io.github.postgresxa.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.postgresxa.decision.DecisionSchema;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import org.junit.jupiter.api.Test;

class MainTests {

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private int run(String... arguments) {
        out.getBuffer().setLength(0);
        err.getBuffer().setLength(0);
        return Main.run(new PrintWriter(out), new PrintWriter(err), arguments);
    }

    private void misunderstood(String words, String... arguments) {
        assertThat(run(arguments)).as(err.toString()).isEqualTo(2);
        assertThat(out.toString()).isEmpty();
        assertThat(err.toString().replaceAll("\\s+", " ")).contains(words).doesNotContain("Exception", "\tat ");
        assertThat(err.toString().lines()).hasSizeLessThan(8);
    }

    @Test
    void whatIsNotUnderstoodIsASentenceWithWhatMayBeMeant() {
        misunderstood("There is no command 'look'; the commands are: doctor, list,", "look");
        misunderstood("Did you mean doctor?", "doktor");
        misunderstood("There is no option --pgae. Did you mean --page", "list", "--pgae", "3");
        misunderstood("'more' is one argument too many.", "explain", "x", "more");
        misunderstood("No node is named.", "doctor");
        misunderstood("There is no file missing.properties.", "doctor", "--config", "missing.properties");
        misunderstood("--node east is not understood", "doctor", "--node", "east");
        misunderstood("Node 'east' is named twice", "list", "--node", "east=a", "--node", "east=b");
        misunderstood("not a PostgreSQL JDBC URL", "doctor", "--node", "west=jdbc:mysql://x");
        misunderstood("The node name 'We-st' is not allowed.", "doctor", "--node", "We-st=jdbc:postgresql://x/y");
        misunderstood("Missing required option: '--reason=<text>'", "resolve", "x", "commit", "--expect", "none");
        String node = "east=jdbc:postgresql://127.0.0.1:1/x";
        misunderstood("'remove' is no action", "resolve", "x", "remove", "--reason", "x", "--node", node);
        misunderstood(
                "'non' is not possible for --expect: give none, commit, rollback or unknown. Did you mean none?",
                "resolve",
                "x",
                "commit",
                "--expect",
                "non");
        misunderstood("'cop' is not possible for <origin>: give copy or moved.", "adopt", "east", "cop");
        misunderstood("'abc' is not possible for --page: give a whole number.", "list", "--page", "abc");
    }

    @Test
    void withoutACommandTheUsageIsPrinted() {
        assertThat(run()).isEqualTo(2);
        assertThat(out.toString()).isEmpty();
        assertThat(err.toString()).contains("Usage: postgres-xa", "doctor", "Exit codes:");
    }

    @Test
    void theHelpOfEachCommandHasTheExitCodesAndSaysHowToPassAPassword() {
        for (String command : List.of("doctor", "list", "explain", "resolve", "adopt", "schema")) {
            assertThat(run(command, "--help")).isZero();
            assertThat(out.toString())
                    .contains("--json", "Exit codes:", "  0   ", "  1   ", "  2   ", "PGPASSWORD", "PGPASSFILE");
            assertThat(out.toString().lines()).allMatch(line -> line.length() <= 80);
        }
    }

    @Test
    void theVersionNamesTheSchemaThatItKnows() {
        assertThat(run("--version")).isZero();
        assertThat(out.toString()).startsWith("postgres-xa ").contains("version " + DecisionSchema.VERSION);
    }

    @Test
    void jsonIsTheOnlyOutputAlsoOfWhatIsNotUnderstood() {
        for (String[] arguments : List.of(
                new String[] {"list", "--pgae", "--json"},
                new String[] {"--json", "doctor"},
                new String[] {"--json"},
                new String[] {"doctor", "--json", "--config", "missing.yml"})) {
            assertThat(run(arguments)).isEqualTo(2);
            assertThat(err.toString()).isEmpty();
            assertThat(out.toString())
                    .startsWith("{\n")
                    .contains("\"exitCode\": 2", "\"error\": \"")
                    .endsWith("}\n");
        }
        assertThat(run("schema", "--json", "--schema", "other")).isZero();
        assertThat(out.toString()).contains("\"command\": \"schema\"", "\"schema\": \"other\"", "\"ddl\": \"");
    }
}
