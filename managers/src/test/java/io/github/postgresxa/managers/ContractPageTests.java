package io.github.postgresxa.managers;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.postgresxa.test.manager.ContractTable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** The page of the managers lists what the contract proves, and nothing else. */
class ContractPageTests {

    private static final Path PAGE = Path.of("../docs/managers/contract.md");
    private static final String BEGIN = "<!-- contract: written by ContractPageTests -->\n";
    private static final String END = "<!-- end of the contract -->";

    @Test
    void listsTheClaimsOfTheContract() throws IOException {
        String page = Files.readString(PAGE);
        int begin = page.indexOf(BEGIN) + BEGIN.length();
        int end = page.indexOf(END);
        assertThat(begin).isLessThanOrEqualTo(end);
        String table = ContractTable.markdown();
        Path draft = Path.of("target/contract.md");
        Files.createDirectories(draft.getParent());
        Files.writeString(draft, page.substring(0, begin) + table + page.substring(end));
        assertThat(page.substring(begin, end)).as("copy %s to %s", draft, PAGE).isEqualTo(table);
    }
}
