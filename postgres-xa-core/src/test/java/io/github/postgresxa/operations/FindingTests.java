package io.github.postgresxa.operations;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
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
}
