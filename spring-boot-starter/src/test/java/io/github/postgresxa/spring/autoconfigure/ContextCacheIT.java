package io.github.postgresxa.spring.autoconfigure;

import static io.github.postgresxa.spring.application.BankApplication.balance;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.postgresxa.spring.application.Bank;
import io.github.postgresxa.spring.application.BankApplication;
import io.github.postgresxa.test.PostgresNode;
import io.github.postgresxa.test.PostgresNodes;
import org.junit.jupiter.api.ClassOrderer;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestClassOrder;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.test.annotation.DirtiesContext;
import org.springframework.test.context.NestedTestConfiguration;
import org.springframework.test.context.NestedTestConfiguration.EnclosingConfiguration;

/** Spring's test support caches contexts, pauses the one that is not in use and resumes it later. */
@PostgresNodes({"east", "west"})
@TestClassOrder(ClassOrderer.OrderAnnotation.class)
@NestedTestConfiguration(EnclosingConfiguration.OVERRIDE)
class ContextCacheIT {

    /** Holds what the tests of both contexts share. */
    abstract static class Transfers {

        @Autowired
        private Bank bank;

        @Test
        void moneyMoves(PostgresNode east, PostgresNode west) {
            BankApplication.prepare(east, west);
            bank.transfer(10);

            assertThat(balance(east)).isEqualTo(90);
            assertThat(balance(west)).isEqualTo(110);
        }
    }

    @Nested
    @Order(1)
    @SpringBootTest(classes = BankApplication.class, properties = "postgres.xa.name=first")
    class TheFirstContext extends Transfers {}

    @Nested
    @Order(2)
    @SpringBootTest(classes = BankApplication.class, properties = "postgres.xa.name=second")
    @DirtiesContext
    class AnotherContext extends Transfers {}

    @Nested
    @Order(3)
    @SpringBootTest(classes = BankApplication.class, properties = "postgres.xa.name=first")
    @DirtiesContext
    class TheFirstContextAgain extends Transfers {}
}
