package io.github.postgresxa.quarkus.runtime;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.postgresxa.InvalidConfigurationException;
import org.junit.jupiter.api.Test;

/** A name that would make each transaction with another resource fail is refused where there are such. */
class ManagerNameTests {

    @Test
    void nineteenBytesFit() {
        assertThatCode(() -> ManagerName.check("a".repeat(19), true)).doesNotThrowAnyException();
    }

    @Test
    void twentyAreRefusedWhereRecoveryRuns() {
        assertThatThrownBy(() -> ManagerName.check("a".repeat(20), true))
                .isInstanceOf(InvalidConfigurationException.class)
                .hasMessageContaining("has 20 bytes")
                .hasMessageContaining("quarkus.transaction-manager.node-name");
        assertThatThrownBy(() -> ManagerName.check("\u00e4".repeat(10), true)).hasMessageContaining("has 20 bytes");
    }

    @Test
    void withoutRecoveryTheyAreMentioned() {
        assertThatCode(() -> ManagerName.check("a".repeat(20), false)).doesNotThrowAnyException();
    }
}
