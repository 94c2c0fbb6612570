package io.github.postgresxa.spring.autoconfigure.endpoint;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.postgresxa.spring.autoconfigure.PostgresXaAutoConfiguration;
import io.github.postgresxa.spring.endpoint.ExposureHint;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.boot.logging.LogLevel;
import org.springframework.boot.logging.LoggingSystem;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.context.runner.WebApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;

@ExtendWith(OutputCaptureExtension.class)
class PostgresXaExposureAutoConfigurationTests {

    private static final AutoConfigurations OURS = AutoConfigurations.of(
            PostgresXaAutoConfiguration.class,
            PostgresXaEndpointAutoConfiguration.class,
            PostgresXaExposureAutoConfiguration.class);

    private final WebApplicationContextRunner runner = new WebApplicationContextRunner()
            .withConfiguration(OURS)
            .withPropertyValues(
                    "postgres.xa.nodes.east.url=jdbc:postgresql://localhost:1/east",
                    "postgres.xa.doctor.at-start=false");

    private final LoggingSystem log = LoggingSystem.get(getClass().getClassLoader());

    @BeforeEach
    void logInfo() {
        log.setLogLevel(ExposureHint.class.getName(), LogLevel.INFO);
    }

    @AfterEach
    void logWhatTestsLog() {
        log.setLogLevel(ExposureHint.class.getName(), null);
    }

    @Test
    void saysOnceHowToSeeTheEndpointAndTheHealthOfNodes(CapturedOutput output) {
        runner.run(context -> {
            ready(context.getSourceApplicationContext());
            ready(context.getSourceApplicationContext());
        });

        assertThat(output)
                .containsOnlyOnce("/actuator/postgresxa answers 404")
                .contains("management.endpoints.web.exposure.include=health,postgresxa")
                .contains("management.endpoint.health.show-details=when-authorized");
    }

    @Test
    void saysNothingOfHealthThatShowsItsNodes(CapturedOutput output) {
        runner.withPropertyValues(
                        "management.endpoint.health.show-details=always", "management.endpoints.web.base-path=/manage")
                .run(context -> ready(context.getSourceApplicationContext()));

        assertThat(output).contains("/manage/postgresxa answers 404").doesNotContain("show-details");
    }

    @Test
    void saysItAlsoWhereOnlyJmxHasTheEndpoint() {
        runner.withPropertyValues("spring.jmx.enabled=true")
                .run(context -> assertThat(context).hasSingleBean(ExposureHint.class));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "management.endpoints.web.exposure.include=health,postgresxa",
                "management.endpoints.web.exposure.include=*",
                "management.endpoints.web.exposure.exclude=env,postgresxa",
                "management.endpoint.postgresxa.access=NONE",
                "management.endpoints.access.default=NONE",
                "management.server.port=-1"
            })
    void isSilentWhereItIsExposedOrNotWanted(String property) {
        runner.withPropertyValues(property)
                .run(context -> assertThat(context).hasNotFailed().doesNotHaveBean(ExposureHint.class));
    }

    @Test
    void isSilentWithoutAnActuatorOrWithoutHttp() {
        runner.withClassLoader(new FilteredClassLoader(Endpoint.class))
                .run(context -> assertThat(context).hasNotFailed().doesNotHaveBean("postgresXaExposureHint"));
        new ApplicationContextRunner()
                .withConfiguration(OURS)
                .withPropertyValues("postgres.xa.nodes.east.url=jdbc:postgresql://localhost:1/east")
                .run(context -> assertThat(context).hasNotFailed().doesNotHaveBean(ExposureHint.class));
    }

    private static void ready(ConfigurableApplicationContext context) {
        context.publishEvent(
                new ApplicationReadyEvent(new SpringApplication(), new String[0], context, Duration.ofSeconds(1)));
    }
}
