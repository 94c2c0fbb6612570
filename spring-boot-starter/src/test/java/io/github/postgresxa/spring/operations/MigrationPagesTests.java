package io.github.postgresxa.spring.operations;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.postgresxa.configuration.Keys;
import io.github.postgresxa.configuration.Keys.Match;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.beans.factory.config.YamlPropertiesFactoryBean;
import org.springframework.core.io.ByteArrayResource;

/** What the pages for people who move here say of this project is there. */
class MigrationPagesTests {

    private static final Path DOCS = Path.of("..", "docs");
    private static final Pattern KEY = Pattern.compile("postgres\\.xa\\.[a-z][a-z0-9.<>-]*[a-z0-9>]");
    private static final Pattern LINK = Pattern.compile("]\\((?!https?:)([^)#]*)(?:#([^)]*))?\\)");
    private static final Pattern YAML = Pattern.compile("(?s)```yaml\\n(.*?)```");

    static Stream<Path> pages() throws IOException {
        try (Stream<Path> migration = Files.list(DOCS.resolve("migration"))) {
            return Stream.concat(migration.toList().stream(), Stream.of(DOCS.resolve("operations/observe.md")));
        }
    }

    @ParameterizedTest
    @MethodSource("pages")
    void everyKeyExists(Path page) throws IOException {
        String text = Files.readString(page);
        List<String> named = KEY.matcher(YAML.matcher(text).replaceAll(""))
                .results()
                .map(MatchResult::group)
                .filter(key -> !isMeter(key))
                .toList();
        assertThat(named).allMatch(MigrationPagesTests::exists);
    }

    /** A meter is named where the page speaks of meters. */
    private static boolean isMeter(String name) {
        return List.of(
                        "postgres.xa.reachable",
                        "postgres.xa.observed.age",
                        "postgres.xa.prepared",
                        "postgres.xa.in.doubt")
                .contains(name);
    }

    private static boolean exists(String key) {
        List<String> elements = List.of(
                key.replace("<node>", "east").substring(Keys.PREFIX.length()).split("\\."));
        return Keys.match(elements) != Match.NONE;
    }

    @ParameterizedTest
    @MethodSource("pages")
    void everyKeyOfAFileExists(Path page) throws IOException {
        for (MatchResult block : YAML.matcher(Files.readString(page)).results().toList()) {
            YamlPropertiesFactoryBean yaml = new YamlPropertiesFactoryBean();
            yaml.setResources(new ByteArrayResource(block.group(1).getBytes(StandardCharsets.UTF_8)));
            assertThat(Objects.requireNonNull(yaml.getObject()).stringPropertyNames())
                    .as(block.group())
                    .isNotEmpty()
                    .filteredOn(key -> key.startsWith(Keys.PREFIX))
                    .allMatch(key -> Keys.match(
                                    List.of(key.substring(Keys.PREFIX.length()).split("\\.")))
                            == Match.VALUE);
        }
    }

    @ParameterizedTest
    @MethodSource("pages")
    void everyLinkLeadsSomewhere(Path page) throws IOException {
        for (MatchResult link : LINK.matcher(Files.readString(page)).results().toList()) {
            Path target = link.group(1).isEmpty()
                    ? page
                    : page.resolveSibling(link.group(1)).normalize();
            assertThat(target).as(link.group()).exists();
            if (link.group(2) != null) {
                assertThat(Documents.anchors(Files.readString(target)))
                        .as(link.group())
                        .contains(link.group(2));
            }
        }
    }

    @ParameterizedTest
    @MethodSource("pages")
    void itIsReachable(Path page) throws IOException {
        String name = page.getFileName().toString();
        String from = name.equals("README.md") || name.equals("observe.md")
                ? Files.readString(Path.of("..", "README.md"))
                : Files.readString(DOCS.resolve("migration/README.md"));
        assertThat(from).contains(name + ")");
    }
}
