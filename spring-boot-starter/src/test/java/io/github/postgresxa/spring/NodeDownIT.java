package io.github.postgresxa.spring;

import static io.github.postgresxa.spring.application.BankApplication.balance;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.github.postgresxa.spring.application.Bank;
import io.github.postgresxa.spring.application.BankApplication;
import io.github.postgresxa.test.PostgresNode;
import io.github.postgresxa.test.PostgresNodes;
import java.time.Duration;
import java.util.Objects;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.boot.health.contributor.CompositeHealthContributor;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.health.contributor.Status;
import org.springframework.context.ConfigurableApplicationContext;

/** A node that is down does not prevent the start, and does not stop the application. */
@PostgresNodes({"east", "west"})
class NodeDownIT {

    private final PostgresNode east;
    private final PostgresNode west;

    NodeDownIT(PostgresNode east, PostgresNode west) {
        this.east = east;
        this.west = west;
    }

    @BeforeEach
    void accounts() {
        east.start();
        west.start();
        BankApplication.prepare(east, west);
    }

    @Test
    void theApplicationStartsAndUsesTheOthers() {
        west.stop();
        try (ConfigurableApplicationContext application =
                BankApplication.on(east, west).start()) {
            Bank bank = application.getBean(Bank.class);
            assertThat(health(application, "west").getStatus()).isEqualTo(Status.DOWN);
            assertThat(health(application, "east").getStatus()).isEqualTo(Status.UP);

            bank.depositInEast(5);
            assertThat(balance(east)).isEqualTo(105);
            assertThat(catchThrowable(() -> bank.transfer(10))).isNotNull();
            assertThat(balance(east)).isEqualTo(105);

            west.start();
            waitUntil(() -> health(application, "west").getStatus().equals(Status.UP));
            bank.transfer(10);
            assertThat(balance(east)).isEqualTo(95);
            assertThat(balance(west)).isEqualTo(110);
        }
    }

    @Test
    void healthFollowsANodeThatStopsAndComesBack() {
        try (ConfigurableApplicationContext application =
                BankApplication.on(east, west).start()) {
            waitUntil(() -> health(application, "west").getStatus().equals(Status.UP));

            west.stop();
            waitUntil(() -> health(application, "west").getStatus().equals(Status.DOWN));
            assertThat(health(application, "west").getDetails()).containsKey("problem");
            assertThat(health(application, "east").getStatus()).isEqualTo(Status.UP);

            west.start();
            waitUntil(() -> health(application, "west").getStatus().equals(Status.UP));
        }
    }

    private static Health health(ConfigurableApplicationContext application, String node) {
        CompositeHealthContributor all =
                application.getBean("postgresXaHealthContributor", CompositeHealthContributor.class);
        HealthIndicator indicator = (HealthIndicator) Objects.requireNonNull(all.getContributor(node));
        return Objects.requireNonNull(indicator.health());
    }

    private static void waitUntil(BooleanSupplier condition) {
        long end = System.nanoTime() + Duration.ofSeconds(30).toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("waited long enough").isLessThan(end);
            try {
                Thread.sleep(100);
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        }
    }
}
