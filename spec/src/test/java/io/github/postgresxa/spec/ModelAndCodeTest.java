package io.github.postgresxa.spec;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The model and the code name the same states. The table in {@code README.md} says which correspond, and omits none.
 */
class ModelAndCodeTest {

    private static final Path CODE = Path.of("../postgres-xa-core/src/main/java/io/github/postgresxa");
    private static final Pattern ROW =
            Pattern.compile("\\| `(\\w+)`, `([\\w.]+)` \\| `(\\w+)` \\| ((?:`\\w+\\.\\w+`(?:, )?)+|none) \\|.*");
    private static final Pattern NAME = Pattern.compile("`(\\w+\\.\\w+)`");
    private static final Pattern CONSTANT = Pattern.compile("(?m)^ {4}([A-Z][A-Z_]*)[,;]?$");

    /** One line of the table. */
    private record Row(String module, String variable, String state, List<String> code) {}

    private static List<Row> table() throws IOException {
        List<Row> rows = new ArrayList<>();
        for (String line : Files.readAllLines(Path.of("README.md"))) {
            Matcher row = ROW.matcher(line);
            if (row.matches()) {
                List<String> code = NAME.matcher(row.group(4))
                        .results()
                        .map(r -> r.group(1))
                        .toList();
                rows.add(new Row(row.group(1), row.group(2), row.group(3), code));
            }
        }
        return rows;
    }

    @ParameterizedTest
    @CsvSource({"TransactionPhase", "prepared/Verdict", "Outcome"})
    void everyStateOfTheCodeIsInTheTableAndNoOther(String file) throws IOException {
        String type = file.replaceAll(".*/", "");
        Set<String> inCode = CONSTANT.matcher(Files.readString(CODE.resolve(file + ".java")))
                .results()
                .map(r -> type + "." + r.group(1))
                .collect(Collectors.toCollection(TreeSet::new));
        Set<String> inTable = table().stream()
                .flatMap(r -> r.code().stream())
                .filter(name -> name.startsWith(type + "."))
                .collect(Collectors.toCollection(TreeSet::new));
        assertThat(inTable).isEqualTo(inCode).hasSizeGreaterThan(2);
    }

    @ParameterizedTest
    @CsvSource({
        "CommitProtocol, tm, tm \\\\in",
        "CommitProtocol, ack, ack \\\\in",
        "CommitProtocol, rec.s, rec \\\\in .*s:",
        "CommitProtocol, rec.d, d:",
        "SubordinateProtocol, tm, tm \\\\in"
    })
    void everyStateOfTheModelIsInTheTableAndNoOther(String module, String variable, String before) throws IOException {
        Matcher set = Pattern.compile(before + " \\{([^}]*)\\}").matcher(Files.readString(Path.of(module + ".tla")));
        assertThat(set.find()).isTrue();
        Set<String> inModel =
                new TreeSet<>(List.of(set.group(1).replace("\"", "").split(", ")));
        Set<String> inTable = table().stream()
                .filter(r -> r.module().equals(module) && r.variable().equals(variable))
                .map(Row::state)
                .collect(Collectors.toCollection(TreeSet::new));
        assertThat(inTable).isEqualTo(inModel);
    }

    /** A type that the test does not read would not be checked. */
    @Test
    void theTableNamesNoOtherTypes() throws IOException {
        assertThat(table().stream().flatMap(r -> r.code().stream()).map(name -> name.replaceAll("\\..*", "")))
                .containsOnly("TransactionPhase", "Verdict", "Outcome");
    }
}
