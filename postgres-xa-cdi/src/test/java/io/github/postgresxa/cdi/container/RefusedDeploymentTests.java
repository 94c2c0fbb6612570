package io.github.postgresxa.cdi.container;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.util.HashMap;
import java.util.Map;
import org.assertj.core.util.Throwables;
import org.junit.jupiter.api.Test;

class RefusedDeploymentTests {

    private final Map<String, String> file = new HashMap<>(Map.of(
            "postgres.xa.nodes.east.url", "jdbc:postgresql://east.invalid/bank",
            "postgres.xa.nodes.west.url", "jdbc:postgresql://west.invalid/bank"));

    private String refusal() {
        Throwable refused = catchThrowable(() -> Containers.start(file).close());
        assertThat(refused).isNotNull();
        return Throwables.getStackTrace(refused);
    }

    @Test
    void aMisspelledKeyIsADeploymentProblemInTheWordsOfTheCore() {
        file.put("postgres.xa.nodes.east.pasword", "hunter2");

        assertThat(refusal())
                .contains(
                        "There is no such property below postgres.xa:",
                        "postgres.xa.nodes.east.pasword (PropertiesConfigSource[source=application.properties])",
                        "did you mean postgres.xa.nodes.east.password?")
                .doesNotContain("hunter2");
    }

    @Test
    void aNodeWithoutAddressIsADeploymentProblem() {
        file.put("postgres.xa.nodes.north.username", "bank");

        assertThat(refusal()).contains("The node 'north' has no URL.", "Set postgres.xa.nodes.north.url");
    }

    @Test
    void aPrimaryNodeThatDoesNotExistIsADeploymentProblem() {
        file.put("postgres.xa.primary", "north");

        assertThat(refusal()).contains("The primary node 'north' is not configured. The nodes are 'east', 'west'.");
    }
}
