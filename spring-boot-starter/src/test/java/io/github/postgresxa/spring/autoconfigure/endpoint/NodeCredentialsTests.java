package io.github.postgresxa.spring.autoconfigure.endpoint;

import static org.assertj.core.api.Assertions.assertThat;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.actuate.endpoint.SanitizableData;

class NodeCredentialsTests {

    private static final String URL = "postgres.xa.nodes.east.url";

    @ParameterizedTest
    @ValueSource(
            strings = {
                "postgres.xa.nodes.east.password",
                "postgres.xa.nodes[east].password",
                "POSTGRES_XA_NODES_EAST_PASSWORD",
                "postgres.xa.nodes.east.recovery-role.password",
                "POSTGRES_XA_NODES_EAST_RECOVERYROLE_PASSWORD"
            })
    void hideThePassword(String key) {
        assertThat(shown(key, "hunter2")).isEqualTo("******");
    }

    @Test
    void hideUserAndPasswordsInsideTheUrl() {
        assertThat(shown(URL, "jdbc:postgresql://h:5432/db?user=scott&ssl=true&password=tiger&sslpassword=key"))
                .isEqualTo("jdbc:postgresql://h:5432/db?user=******&ssl=true&password=******&sslpassword=******");
        assertThat(shown("POSTGRES_XA_NODES_EAST_URL", "jdbc:postgresql://scott:tiger@h/db"))
                .isEqualTo("jdbc:postgresql://******@h/db");
    }

    @Test
    void leaveTheRestReadable() {
        assertThat(shown(URL, "jdbc:postgresql://h1:5432,h2:5432/db?targetServerType=primary"))
                .isEqualTo("jdbc:postgresql://h1:5432,h2:5432/db?targetServerType=primary");
        assertThat(shown("postgres.xa.nodes.east.pool.max-size", "10")).isEqualTo("10");
        assertThat(shown("other.password", "x")).isEqualTo("x");
        assertThat(shown("postgres.xa.nodes.east.password", null)).isNull();
    }

    private static @Nullable Object shown(String key, @Nullable Object value) {
        return new NodeCredentials()
                .apply(new SanitizableData(null, key, value))
                .getValue();
    }
}
