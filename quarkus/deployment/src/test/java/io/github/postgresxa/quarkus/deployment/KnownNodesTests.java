package io.github.postgresxa.quarkus.deployment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.postgresxa.InvalidConfigurationException;
import io.github.postgresxa.cdi.Node;
import io.github.postgresxa.cdi.config.ApplicationConfiguration;
import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import javax.sql.DataSource;
import org.jboss.jandex.Index;
import org.junit.jupiter.api.Test;

/** The build knows the nodes, although their addresses come later. */
class KnownNodesTests {

    @Test
    void namesAreKnownWithoutTheirValues() throws IOException {
        assertThat(find(Map.of(
                        "postgres.xa.nodes.west.url", "${WEST_URL}",
                        "%prod.postgres.xa.nodes.east.password", "${EAST_PASSWORD}")))
                .containsExactly("east", "west");
    }

    @Test
    void whatIsInjectedIsANode() throws IOException {
        assertThat(find(Map.of("postgres.xa.nodes.east.url", "x"), Injects.class))
                .containsExactly("east", "north");
    }

    @Test
    void noNodesAreRefusedWithAnExample() {
        assertThatThrownBy(() -> find(Map.of()))
                .isInstanceOf(InvalidConfigurationException.class)
                .hasMessageContaining("No PostgreSQL node is configured")
                .hasMessageContaining("application.properties");
    }

    @Test
    void aNameThatIsNotAllowedIsRefused() {
        assertThatThrownBy(() -> find(Map.of("postgres.xa.nodes.East.url", "x")))
                .isInstanceOf(InvalidConfigurationException.class)
                .hasMessageContaining("'East'");
    }

    @Test
    void aKeyThatNoPropertyHasIsRefusedAlsoWhereValuesAreNotThere() {
        ApplicationConfiguration configuration = configuration(Map.of(
                "postgres.xa.nodes.east.url", "${EAST_URL}", "postgres.xa.nodes.east.pasword", "${EAST_PASSWORD}"));

        assertThatThrownBy(configuration::checkKeys)
                .isInstanceOf(InvalidConfigurationException.class)
                .hasMessageContaining("pasword")
                .hasMessageContaining("password");
    }

    private static List<String> find(Map<String, String> properties, Class<?>... classes) throws IOException {
        return KnownNodes.find(configuration(properties), Index.of(classes));
    }

    private static ApplicationConfiguration configuration(Map<String, String> properties) {
        return ApplicationConfiguration.of(new SmallRyeConfigBuilder()
                .addDefaultInterceptors()
                .withProfile("prod")
                .withSources(new PropertiesConfigSource(properties, "application.properties", 250))
                .build());
    }

    /** A bean of an application. */
    static class Injects {

        Injects(@Node("north") DataSource north) {}
    }
}
