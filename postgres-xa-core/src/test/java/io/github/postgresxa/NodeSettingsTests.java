package io.github.postgresxa;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NodeSettingsTests {

    private static final String SECRET = "S3cr3t";

    @ParameterizedTest
    @ValueSource(
            strings = {
                "jdbc:postgresql://h/db",
                "jdbc:postgresql://h/db?user=scott&password=" + SECRET,
                "jdbc:postgresql://h1:1,h2:2/db?targetServerType=primary&password=" + SECRET,
                "jdbc:postgresql:db?password=" + SECRET,
                "jdbc:postgresql://h/db?password=a@" + SECRET
            })
    void showTheAddressWithoutWhatFollowsTheQuestionMark(String url) {
        NodeSettings node = new NodeSettings("east", url, "scott", SECRET);
        assertThat(node.address()).isEqualTo(url.split("[?]")[0]);
        assertThat(node.toString()).isEqualTo("east at " + node.address());
        assertThat(node.withRecoveryRole(new RecoveryRole("keeper", SECRET)) + " " + new RecoveryRole("keeper", SECRET))
                .doesNotContain(SECRET);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "jdbc:postgresql://scott:" + SECRET + "@h/db",
                "jdbc:postgresql://scott:" + SECRET + "@h:5432/db?ssl=true",
                "jdbc:postgresql://h/db?sslpassword=" + SECRET,
                "jdbc:postgresql://h/db?ssl=true&sslpassword=" + SECRET,
                "jdbc:postgresql://h/db?\npassword=" + SECRET,
                "jdbc:postgresql://h/db\r\n[INFO] forged\u001b[31m?password=" + SECRET,
                "jdbc:postgresql://h:port/db?password=" + SECRET,
                "jdbc:mysql://h/db?password=" + SECRET,
                ""
            })
    void refuseAUrlThatWouldShowItsSecretOrForgeALineOfTheLogAndDoNotShowItThemselves(String url) {
        List<String> logged = new ArrayList<>();
        Logger driver = Logger.getLogger("org.postgresql");
        Handler everything = new Handler() {
            @Override
            public void publish(LogRecord record) {
                logged.add(record.getMessage()
                        + List.of(record.getParameters() == null ? new Object[0] : record.getParameters()));
            }

            @Override
            public void flush() {}

            @Override
            public void close() {}
        };
        driver.setLevel(Level.ALL);
        driver.addHandler(everything);
        try {
            assertThatThrownBy(() -> new NodeSettings("east", url, null, null))
                    .isInstanceOf(InvalidConfigurationException.class)
                    .hasMessageContaining("node 'east'")
                    .message()
                    .doesNotContain(SECRET, "\n", "\r", "\u001b");
            assertThat(logged.toString()).doesNotContain(SECRET);
        } finally {
            driver.removeHandler(everything);
            driver.setLevel(null);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "East",
                "east-1",
                "1east",
                "east west",
                "east\n2026-01-01 INFO forged",
                "east\r",
                "east\u001b[2J",
                "east'; drop table account; --",
                "east%n%s",
                "%",
                "éast",
                "east\u202e",
                "${jndi:ldap://x}",
                "eaſt"
            })
    void refuseAHostileNameAndShowItEscaped(String name) {
        assertThatThrownBy(() -> new NodeSettings(name, "jdbc:postgresql://h/db", null, null))
                .isInstanceOf(InvalidConfigurationException.class)
                .message()
                .doesNotContain("\n", "\r", "\u001b", "\u202e");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "Pgxa",
                "pg xa",
                "pgxa\"",
                "pgxa'; drop table account; --",
                "pgxa\n",
                "pgxa.decision",
                "pgxa%s",
                "pgxa\u001b[2J",
                "1pgxa",
                "pgxaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
            })
    void refuseAHostileSchemaAndShowItEscaped(String schema) {
        assertThatThrownBy(() -> new DecisionSettings(schema, true, Duration.ZERO, false))
                .isInstanceOf(InvalidConfigurationException.class)
                .message()
                .doesNotContain("\n", "\r", "\u001b");
    }

    @Test
    void twoNamesThatDifferOnlyInCaseCannotBeMade() {
        assertThatThrownBy(() -> new NodeSettings("EAST", "jdbc:postgresql://h/db", null, null))
                .hasMessageContaining("'east'");
    }
}
