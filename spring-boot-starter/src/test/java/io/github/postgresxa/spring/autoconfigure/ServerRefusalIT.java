package io.github.postgresxa.spring.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.github.postgresxa.spring.application.BankApplication;
import io.github.postgresxa.test.PostgresNode;
import io.github.postgresxa.test.PostgresNodes;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.web.server.context.WebServerInitializedEvent;
import org.springframework.context.ApplicationListener;

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

        @Test
        void isRefusedBeforeTheWebServerTakesRequests(PostgresNode plain) {
            Serving.seen.set(false);
            refusal(BankApplication.on(plain).serving().with(Serving.class));

            assertThat(Serving.seen).isFalse();
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

    static class Serving implements ApplicationListener<WebServerInitializedEvent> {

        private static final AtomicBoolean seen = new AtomicBoolean();

        @Override
        public void onApplicationEvent(WebServerInitializedEvent event) {
            seen.set(true);
        }
    }

    private static FailureAnalysis refusal(BankApplication.Starter starter) {
        return FailureReport.of(catchThrowable(() -> starter.start().close()));
    }
}
