package io.github.postgresxa.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class LogMessagesTests {

    private static final Path SOURCES = Path.of("src", "main", "java");
    private static final Pattern LINE = Pattern.compile("\\bLOG\\s*\\.(info|warn|error)\\(\\s*(\\S+)");

    @Test
    void everySentenceOfTheLogStandsInOnePlace() throws IOException {
        List<String> elsewhere = new ArrayList<>();
        try (Stream<Path> files = Files.walk(SOURCES)) {
            for (Path file : files.filter(f -> f.toString().endsWith(".java")).toList()) {
                Matcher matcher = LINE.matcher(Files.readString(file));
                while (matcher.find()) {
                    if (!matcher.group(2).startsWith("LogMessages.")) {
                        elsewhere.add(file.getFileName() + ": " + matcher.group());
                    }
                }
            }
        }
        assertThat(elsewhere).isEmpty();
    }
}
