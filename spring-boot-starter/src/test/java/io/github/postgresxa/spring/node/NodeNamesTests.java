package io.github.postgresxa.spring.node;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.junit.jupiter.api.Test;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.PropertiesPropertySource;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.env.SystemEnvironmentPropertySource;

class NodeNamesTests {

    private final StandardEnvironment environment = new StandardEnvironment();

    @Test
    void areInTheOrderOfTheFile() {
        file("postgres.xa.nodes.west.url", "postgres.xa.nodes.east.url", "postgres.xa.nodes.west.username");

        assertThat(NodeNames.in(environment)).containsExactly("west", "east");
    }

    @Test
    void keepTheOrderOfTheFileWhenAVariableOverridesOneSetting() {
        file("postgres.xa.nodes.west.url", "postgres.xa.nodes.east.url");
        variable("POSTGRES_XA_NODES_EAST_PASSWORD");

        assertThat(NodeNames.in(environment)).containsExactly("west", "east");
    }

    @Test
    void areSortedWhereTheSourceKnowsNoOrder() {
        variable("POSTGRES_XA_NODES_WEST_URL");
        Properties system = new Properties();
        List.of("south", "north", "east").forEach(name -> system.put("postgres.xa.nodes." + name + ".url", "x"));
        environment.getPropertySources().addLast(new PropertiesPropertySource("system", system));

        assertThat(NodeNames.in(environment)).containsExactly("east", "north", "south", "west");
    }

    @Test
    void areGivenAsTheyAreWritten() {
        file("postgres.xa.nodes.my-node.url", "postgres.xa.nodes.otherNode.url", "postgres.xa.nodes.Third.url");

        assertThat(NodeNames.in(environment)).containsExactly("my-node", "otherNode", "Third");
    }

    @Test
    void areFoundWithoutReadingAValue() {
        environment
                .getPropertySources()
                .addFirst(new MapPropertySource("late", Map.of("postgres.xa.nodes.east.url", "x")) {
                    @Override
                    public Object getProperty(String name) {
                        throw new IllegalStateException("too early");
                    }
                });

        assertThat(NodeNames.in(environment)).containsExactly("east");
    }

    @Test
    void areNoneWithoutProperties() {
        file("postgres.xa.name", "postgres.xa.primary");

        assertThat(NodeNames.in(environment)).isEmpty();
    }

    private void file(String... keys) {
        Map<String, Object> values = new LinkedHashMap<>();
        for (String key : keys) {
            values.put(key, "x");
        }
        environment.getPropertySources().addLast(new MapPropertySource("file", values));
    }

    private void variable(String name) {
        environment
                .getPropertySources()
                .addFirst(new SystemEnvironmentPropertySource("test-systemEnvironment", Map.of(name, "x")));
    }
}
