package io.github.postgresxa.spring.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.postgresxa.configuration.Keys;
import java.io.IOException;
import java.io.InputStream;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.core.io.ClassPathResource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The metadata with which an editor completes {@code application.yml}. */
class ConfigurationMetadataTests {

    private final JsonNode metadata = read();

    @Test
    void describesEveryProperty() {
        assertThat(properties())
                .isNotEmpty()
                .allSatisfy((name, property) -> assertThat(
                                property.path("description").asString(""))
                        .as(name)
                        .isNotBlank());
    }

    @Test
    void knowsTheContract() {
        assertThat(properties().keySet())
                .contains(
                        "postgres.xa.enabled",
                        "postgres.xa.mode",
                        "postgres.xa.name",
                        "postgres.xa.nodes",
                        "postgres.xa.primary",
                        "postgres.xa.transaction-manager",
                        "postgres.xa.decision.home",
                        "postgres.xa.commit.acknowledge",
                        "postgres.xa.commit.read-your-writes",
                        "postgres.xa.decision.schema",
                        "postgres.xa.decision.initialize-schema",
                        "postgres.xa.decision.retention",
                        "postgres.xa.decision.single-writer",
                        "postgres.xa.recovery.enabled",
                        "postgres.xa.recovery.interval",
                        "postgres.xa.recovery.grace",
                        "postgres.xa.recovery.share",
                        "postgres.xa.health.in-doubt-threshold",
                        "postgres.xa.metrics.transaction-names",
                        "postgres.xa.logging.transaction-id",
                        "postgres.xa.ignore-unknown-keys",
                        "management.health.postgres-xa.enabled",
                        "management.endpoint.postgresxa.access");
    }

    @Test
    void hintsAtNamesOfNodes() {
        assertThat(StreamSupport.stream(metadata.path("hints").spliterator(), false)
                        .map(hint -> hint.path("name").asString()))
                .contains("postgres.xa.nodes.keys", "postgres.xa.transaction-manager");
    }

    @Test
    void describesEveryGroup() {
        assertThat(items("groups"))
                .isNotEmpty()
                .allSatisfy(
                        (name, group) -> assertThat(group.path("description").asString(""))
                                .as(name)
                                .isNotBlank());
    }

    /** An editor completes the settings of a node where it knows one by name. */
    @ParameterizedTest
    @ValueSource(strings = {"east", "west"})
    void hasEveryKeyAsTheCoreDefinesIt(String node) {
        assertThat(Keys.all()).allSatisfy(key -> {
            String name = Keys.PREFIX + key.name().replace(Keys.NODE, node);
            assertThat(properties()).containsKey(name);
            JsonNode property = Objects.requireNonNull(properties().get(name));
            assertThat(property.path("defaultValue").asString(""))
                    .as("default of %s", name)
                    .isEqualTo(key.defaultValue() == null ? "" : key.defaultValue());
            assertThat(property.path("description").asString())
                    .as("description of %s", name)
                    .startsWith(key.description());
            assertThat(property.path("type").asString())
                    .as("type of %s", name)
                    .matches(
                            switch (key.type()) {
                                case TEXT, SECRET -> "java.lang.String";
                                case FLAG -> "java.lang.Boolean";
                                case NUMBER -> "java.lang.Integer";
                                case DURATION -> "java.time.Duration";
                                case CHOICE -> ".*PostgresXaProperties\\$.*";
                            });
        });
    }

    private Map<String, JsonNode> properties() {
        return items("properties");
    }

    private Map<String, JsonNode> items(String kind) {
        return StreamSupport.stream(metadata.path(kind).spliterator(), false)
                .collect(Collectors.toMap(item -> item.path("name").asString(), item -> item));
    }

    private static JsonNode read() {
        try (InputStream content = new ClassPathResource(
                        "META-INF/spring-configuration-metadata.json", PostgresXaProperties.class.getClassLoader())
                .getInputStream()) {
            return JsonMapper.shared().readTree(content);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
