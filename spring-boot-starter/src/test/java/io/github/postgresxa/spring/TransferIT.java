package io.github.postgresxa.spring;

import static io.github.postgresxa.spring.application.BankApplication.balance;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.github.postgresxa.spring.application.Bank;
import io.github.postgresxa.spring.application.BankApplication;
import io.github.postgresxa.test.PostgresNode;
import io.github.postgresxa.test.PostgresNodes;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.transaction.UnexpectedRollbackException;

/** All nodes or none, through {@code @Transactional}. */
@PostgresNodes({"east", "west"})
@TestInstance(Lifecycle.PER_CLASS)
class TransferIT {

    private PostgresNode east;
    private PostgresNode west;
    private ConfigurableApplicationContext application;
    private Bank bank;

    @BeforeAll
    void start(PostgresNode east, PostgresNode west) {
        this.east = east;
        this.west = west;
        this.application = BankApplication.on(east, west).start();
        this.bank = application.getBean(Bank.class);
    }

    @BeforeEach
    void accounts() {
        BankApplication.prepare(east, west);
    }

    @AfterEach
    void nothingIsLeftPrepared() {
        assertThat(east.preparedTransactions()).isEmpty();
        assertThat(west.preparedTransactions()).isEmpty();
    }

    @AfterAll
    void stop() {
        application.close();
    }

    @Test
    void isKeptByBothNodes() {
        bank.transfer(30);

        assertThat(balance(east)).isEqualTo(70);
        assertThat(balance(west)).isEqualTo(130);
    }

    @Test
    void isKeptByNeitherIfTheMethodThrows() {
        assertThatIllegalStateException()
                .isThrownBy(() -> bank.transferAndFail(30))
                .withMessage("changed my mind");

        assertNothingMoved();
    }

    @Test
    void isKeptByNeitherIfAnErrorOfOneNodeWasSwallowed() {
        assertThatExceptionOfType(UnexpectedRollbackException.class)
                .isThrownBy(() -> bank.transferAndSwallowAnError(30))
                .withMessageContaining("west")
                .withMessageContaining("a statement failed and the application continued");

        assertNothingMoved();
    }

    @Test
    void ofOneNodeOnlyNeedsNoOther() {
        bank.depositInEast(5);

        assertThat(balance(east)).isEqualTo(105);
        assertThat(east.queryForLong("select count(*) from pgxa.decision")).isZero();
    }

    private void assertNothingMoved() {
        assertThat(balance(east)).isEqualTo(100);
        assertThat(balance(west)).isEqualTo(100);
    }
}
