package io.github.postgresxa;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StartChecksTests {

    private static boolean exposed(String url) {
        return StartChecks.exposed(new NodeSettings("east", url, null, null));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "jdbc:postgresql://db.example.com/bank",
                "jdbc:postgresql://db.example.com/bank?sslmode=prefer",
                "jdbc:postgresql://db.example.com/bank?sslmode=allow",
                "jdbc:postgresql://db.example.com/bank?sslmode=disable&ssl=true",
                "jdbc:postgresql://10.0.0.1,localhost/bank",
                "jdbc:postgresql://localhost.example.com/bank"
            })
    void warnOfANodeElsewhereWhoseUrlDoesNotInsistOnTls(String url) {
        assertThat(exposed(url)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "jdbc:postgresql://db.example.com/bank?sslmode=verify-full",
                "jdbc:postgresql://db.example.com/bank?sslmode=require",
                "jdbc:postgresql://db.example.com/bank?ssl=true",
                "jdbc:postgresql://localhost/bank",
                "jdbc:postgresql://127.0.0.1:5432/bank",
                "jdbc:postgresql://[::1]:5432/bank",
                "jdbc:postgresql:bank"
            })
    void doNotWarnOfOthers(String url) {
        assertThat(exposed(url)).isFalse();
    }

    /** While the server does not answer, its identity cannot tell that two names lead to one database. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "jdbc:postgresql://db.example.com/bank",
                "jdbc:postgresql://db.example.com:5432/bank",
                "jdbc:postgresql://DB.example.com/bank?currentSchema=other"
            })
    void refuseTwoNodesWhoseUrlsLeadToOneDatabase(String url) {
        List<NodeSettings> nodes = List.of(
                new NodeSettings("east", "jdbc:postgresql://db.example.com:5432/bank", null, null),
                new NodeSettings("west", url, null, null));

        assertThatExceptionOfType(InvalidConfigurationException.class)
                .isThrownBy(() -> StartChecks.settings(nodes))
                .withMessageContaining("'east' and 'west' have the URL of the same database");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "jdbc:postgresql://db.example.com:5433/bank",
                "jdbc:postgresql://db.example.com/other",
                "jdbc:postgresql://db2.example.com/bank"
            })
    void passTwoDatabases(String url) {
        List<NodeSettings> nodes = List.of(
                new NodeSettings("east", "jdbc:postgresql://db.example.com:5432/bank", null, null),
                new NodeSettings("west", url, null, null));

        assertThatCode(() -> StartChecks.settings(nodes)).doesNotThrowAnyException();
    }
}
