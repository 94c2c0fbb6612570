package io.github.postgresxa.spring.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.github.postgresxa.spring.application.BankApplication;
import io.github.postgresxa.test.PostgresNode;
import io.github.postgresxa.test.PostgresNodes;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.springframework.boot.diagnostics.FailureAnalysis;

/** Servers that cannot keep the promise are refused with a report that names the setting. */
class ServerRefusalIT {

    @Nested
    @PostgresNodes(
            value = {"plain"},
            settings = "max_prepared_transactions=0")
    class AServerWithoutPreparedTransactions {

        @Test
        void isRefused(PostgresNode plain) {
            FailureAnalysis analysis = refusal(BankApplication.on(plain));

            assertThat(analysis.getDescription()).contains("max_prepared_transactions", "plain");
            assertThat(analysis.getAction()).contains("max_prepared_transactions");
        }
    }

    @Nested
    @PostgresNodes("east")
    class OneDatabaseUnderTwoNames {

        @Test
        void isRefused(PostgresNode east) {
            FailureAnalysis analysis = refusal(BankApplication.on(east)
                    .with(
                            "postgres.xa.nodes.west.url=" + east.jdbcUrl(),
                            "postgres.xa.nodes.west.username=" + east.username(),
                            "postgres.xa.nodes.west.password=" + east.password()));

            assertThat(analysis.getDescription()).contains("east", "west");
            assertThat(analysis.getAction()).isNotBlank();
        }
    }

    private static FailureAnalysis refusal(BankApplication.Starter starter) {
        return FailureReport.of(catchThrowable(() -> starter.start().close()));
    }
}
