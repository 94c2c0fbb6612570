package io.github.postgresxa.spring.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
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
                        "postgres.xa.name",
                        "postgres.xa.nodes",
                        "postgres.xa.primary",
                        "postgres.xa.transaction-manager",
                        "postgres.xa.decision.schema",
                        "postgres.xa.decision.initialize-schema",
                        "postgres.xa.decision.retention",
                        "postgres.xa.decision.single-writer",
                        "postgres.xa.recovery.enabled",
                        "postgres.xa.recovery.interval",
                        "postgres.xa.recovery.grace",
                        "postgres.xa.health.in-doubt-threshold",
                        "postgres.xa.metrics.transaction-names",
                        "postgres.xa.logging.transaction-id",
                        "management.health.postgres-xa.enabled",
                        "management.endpoint.postgresxa.access");
    }

    @Test
    void hintsAtNamesOfNodes() {
        assertThat(StreamSupport.stream(metadata.path("hints").spliterator(), false)
                        .map(hint -> hint.path("name").asString()))
                .contains("postgres.xa.nodes.keys", "postgres.xa.transaction-manager");
    }

    private Map<String, JsonNode> properties() {
        return StreamSupport.stream(metadata.path("properties").spliterator(), false)
                .collect(Collectors.toMap(property -> property.path("name").asString(), property -> property));
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
