package io.github.postgresxa.test.container;

import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.testcontainers.DockerClientFactory;

class ContainerServerTests {

    @Test
    void withoutDockerTheMessageSaysWhatToDo() {
        assumeFalse(DockerClientFactory.instance().isDockerAvailable(), "Docker answers");
        assertThatThrownBy(() -> new ContainerServer("east", List.of()))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("Docker does not answer")
                .hasMessageContaining("postgres.xa.test.nodes");
    }
}
