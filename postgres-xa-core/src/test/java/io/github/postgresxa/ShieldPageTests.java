package io.github.postgresxa;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Every test that the page of traps names exists: a promise without a test is not made. */
class ShieldPageTests {

    private static final Path REPOSITORY = Path.of("..");
    private static final Pattern TEST = Pattern.compile("`([A-Za-z]+)#([A-Za-z]+)`");
    private static final Pattern METHOD = Pattern.compile(
            "@(?:Test|ParameterizedTest|RepeatedTest|Claim)\\b[^{}]*?(?:\\{[^{}]*}[^{}]*?)?\\bvoid (\\w+)\\(");

    @Test
    void everyTrapNamesATestAndEveryTestExists() throws IOException {
        Map<String, List<String>> tests = tests();
        List<String> missing = new ArrayList<>();
        int traps = 0;
        for (String line : Files.readAllLines(REPOSITORY.resolve("docs/reliability/shield.md"))) {
            if (!line.startsWith("| ") || line.startsWith("| trap |")) {
                continue;
            }
            traps++;
            Matcher named = TEST.matcher(line);
            assertThat(named.find()).as("a test for: " + line).isTrue();
            do {
                if (!tests.getOrDefault(named.group(1), List.of()).contains(named.group(2))) {
                    missing.add(named.group());
                }
            } while (named.find());
        }
        assertThat(missing).as("tests that the page names and nobody has").isEmpty();
        assertThat(traps).isGreaterThan(40);
    }

    private static Map<String, List<String>> tests() throws IOException {
        Map<String, List<String>> found = new HashMap<>();
        for (String sources : List.of(
                "postgres-xa-core/src/test/java",
                "spring-boot-starter/src/test/java",
                "postgres-xa-cdi/src/test/java",
                "samples/jpa/src/test/java",
                "postgres-xa-test/src/main/java/io/github/postgresxa/test/manager")) {
            try (Stream<Path> files = Files.walk(REPOSITORY.resolve(sources))) {
                for (Path file :
                        files.filter(f -> f.toString().endsWith(".java")).toList()) {
                    List<String> methods = new ArrayList<>();
                    Matcher method = METHOD.matcher(Files.readString(file));
                    while (method.find()) {
                        methods.add(method.group(1));
                    }
                    found.put(file.getFileName().toString().replace(".java", ""), methods);
                }
            }
        }
        return found;
    }
}
