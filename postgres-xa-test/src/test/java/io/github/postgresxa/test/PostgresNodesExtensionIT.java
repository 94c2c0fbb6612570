package io.github.postgresxa.test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import org.junit.jupiter.api.Test;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.testkit.engine.EngineTestKit;
import org.junit.platform.testkit.engine.Event;

class PostgresNodesExtensionIT {

    @PostgresNodes("east")
    static class Misspelled {
        @Test
        void test(PostgresNode aest) {}
    }

    @Test
    void aParameterWithoutANodeFailsWithTheNamesOfTheNodes() {
        var failures = EngineTestKit.engine("junit-jupiter")
                .selectors(selectClass(Misspelled.class))
                .execute()
                .testEvents()
                .failed();
        assertThat(failures.stream().map(PostgresNodesExtensionIT::reason))
                .singleElement()
                .asString()
                .contains("no node is called 'aest'")
                .contains("[east]");
    }

    private static String reason(Event failure) {
        return failure.getRequiredPayload(TestExecutionResult.class)
                .getThrowable()
                .map(Throwable::getMessage)
                .orElse("");
    }
}
