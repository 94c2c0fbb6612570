package io.github.postgresxa.operations;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.postgresxa.NodeSettings;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class FindingTests {

    /** Others choose the names of prepared transactions, and the table goes to logs and terminals. */
    @Test
    void whatSomebodyElseWroteNeitherEndsTheLineNorColoursTheTerminal() {
        String name = "a\nb\u001b[31m";
        String table = FindingTable.of(
                List.of(new Finding(
                        "west", "foreign", Severity.WARNING, name, "why", "ROLLBACK PREPARED '%s'".formatted(name))),
                false);
        assertThat(table).doesNotContain("\u001b").contains("a; b\\u001b[31m");
        assertThat(table.lines()).hasSize(4);
    }

    private static Finding finding(String command) {
        return new Finding(
                "west",
                "schema",
                Severity.ERROR,
                "what is the case, at a length that does not fit beside the node, its severity and the check",
                "why it matters, also in more words than one line of a terminal can take, so that it has to be broken",
                "do this, then that, and after it something else that only a second line has the room for",
                command);
    }

    @Test
    void aTableFitsItsWidthAndALongerWordIsNotBroken() {
        String gid = "pgxa/1/36907eb0-f016-d23f-218a-c61723359ba8/a65779dd6d8aa5b1/bf1baae77c3ac6b7";
        for (int width : List.of(40, 80, 200)) {
            String table = FindingTable.of(List.of(finding("ROLLBACK PREPARED '" + gid + "';")), false, width);
            assertThat(table.lines())
                    .allMatch(line -> line.length() <= width || line.strip().equals("'" + gid + "';"), table);
            assertThat(table).contains("'" + gid + "';");
        }
    }

    /** What is copied from the terminal, with all its lines, is the command. */
    @Test
    void aCommandOfAShellGoesOnAfterABackslashAndNeverInsideQuotes() {
        String command = "java -jar postgres-xa-cli.jar adopt west copy --reason \"the doctor's advice\""
                + " --node \"east=jdbc:postgresql://east/bank?user=a&sslmode=require\" --node west=jdbc:postgresql:w";
        List<String> lines = new TextLayout(50).command("  ", "  ", "$ " + command);
        assertThat(lines).hasSizeGreaterThan(3);
        assertThat(String.join("\n", lines).replaceAll(" \\\\\n *", " ")).isEqualTo("  $ " + command);
        assertThat(lines).filteredOn(line -> line.contains("advice")).allMatch(line -> line.contains("\"the doctor's"));
    }

    @Test
    void aPrintedAddressIsOneThatPsqlTakes() {
        assertThat(command(
                        "jdbc:postgresql://h1:5432,h2:5433/my%20bank?targetServerType=primary&sslmode=verify-full",
                        null))
                .isEqualTo("$ java -jar postgres-xa-cli.jar schema --schema pgxa | psql -v ON_ERROR_STOP=1"
                        + " \"postgresql://h1:5432,h2:5433/my%20bank?sslmode=verify-full"
                        + "&target_session_attrs=read-write\"");
    }

    @Test
    void noCommandHoldsAPassword() {
        NodeSettings node =
                new NodeSettings("east", "jdbc:postgresql://east/bank?password=hush&sslmode=require", "b$nk", "hush");
        assertThat(Console.naming(List.of(node), "pgxa").command("list"))
                .isEqualTo("$ java -jar postgres-xa-cli.jar list --node"
                        + " \"east=jdbc:postgresql://east/bank?sslmode=require&user=b%24nk\"");
        assertThat(command(node.url(), "bank")).doesNotContain("hush").contains("postgresql://bank@east:5432/bank");
    }

    private static String command(String url, @Nullable String user) {
        NodeSettings node = new NodeSettings("east", url, user, null);
        return Console.naming(List.of(node), "pgxa").schema(node, "pgxa");
    }
}
