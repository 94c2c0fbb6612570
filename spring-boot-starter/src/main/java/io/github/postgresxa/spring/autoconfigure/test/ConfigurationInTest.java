package io.github.postgresxa.spring.autoconfigure.test;

import io.github.postgresxa.InvalidConfigurationException;
import java.util.List;
import java.util.Set;
import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.core.env.ConfigurableEnvironment;

/** Checks before any bean exists that the test and the application mean the same nodes, and only those. */
final class ConfigurationInTest {

    /** Spring Boot opens connections of its own to these, past the nodes. */
    private static final List<String> PAST_THE_NODES = List.of("spring.flyway.url", "spring.liquibase.url");

    private final ConfigurableEnvironment environment;
    private final ListableBeanFactory beans;

    ConfigurationInTest(ConfigurableEnvironment environment, ListableBeanFactory beans) {
        this.environment = environment;
        this.beans = beans;
    }

    void check() {
        beans.getBeanProvider(ConfiguredNames.class).ifAvailable(ConfigurationInTest::check);
        AddressesInTest addresses = new AddressesInTest(environment, beans);
        PAST_THE_NODES.forEach(addresses::checkUrl);
    }

    private static void check(ConfiguredNames names) {
        if (!names.application().isEmpty() && !Set.copyOf(names.test()).equals(Set.copyOf(names.application()))) {
            throw new InvalidConfigurationException(
                    "The test has the nodes %s (@PostgresNodes), the application configures %s in postgres.xa.nodes."
                            .formatted(names.test(), names.application()),
                    "Name all of them in @PostgresNodes: a node that the test does not have would be the configured"
                            + " server. Or configure others for the test, in a profile for example.");
        }
    }
}
