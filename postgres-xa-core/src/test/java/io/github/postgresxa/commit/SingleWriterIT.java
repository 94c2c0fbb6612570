package io.github.postgresxa.commit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.postgresxa.DecisionSettings;
import io.github.postgresxa.Outcome;
import io.github.postgresxa.PostgresXa;
import io.github.postgresxa.TransactionId;
import io.github.postgresxa.support.Bank;
import io.github.postgresxa.test.PostgresNode;
import io.github.postgresxa.test.PostgresNodes;
import io.github.postgresxa.test.fault.Fault;
import io.github.postgresxa.test.fault.FaultProxy;
import io.github.postgresxa.test.fault.MessageKind;
import jakarta.transaction.HeuristicMixedException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** One node writes, so nothing is prepared. The reply to its COMMIT is lost. */
@PostgresNodes({"east", "west"})
class SingleWriterIT {

    private FaultProxy toEast;
    private PostgresNode east;
    private PostgresNode west;

    @BeforeEach
    void accounts(PostgresNode east, PostgresNode west) {
        this.east = east;
        this.west = west;
        Bank.open(east, west).close();
        east.execute("truncate pgxa.decision");
        toEast = FaultProxy.before(east);
    }

    @AfterEach
    void close() {
        toEast.close();
    }

    private Bank bank(boolean singleWriterDecides) {
        PostgresXa xa = PostgresXa.builder()
                .name("bank")
                .decision(new DecisionSettings("pgxa", true, Duration.ofHours(1), singleWriterDecides))
                .node("east", toEast.jdbcUrl(), east.username(), east.password())
                .node("west", west.jdbcUrl(), west.username(), west.password())
                .build();
        return Bank.over(xa, List.of(east, west));
    }

    @Test
    void leavesNoRowAndItsOutcomeIsUnknownAsWithPlainJdbc() throws Exception {
        try (Bank bank = bank(false)) {
            bank.transaction().begin();
            bank.add("east", 5);
            bank.read("west");
            TransactionId id = bank.xa.currentTransaction().orElseThrow();
            toEast.plan().at(MessageKind.COMMIT).loseReply();
            assertThatThrownBy(() -> bank.transaction().commit()).isInstanceOf(HeuristicMixedException.class);
            assertThat(bank.balances()).containsExactly(1005L, 1000L);
            assertThat(bank.xa.outcome(id)).isEqualTo(Outcome.UNKNOWN);
            assertThat(east.queryForLong("select count(*) from pgxa.decision")).isZero();
        }
    }

    @Test
    void leavesARowWhereThatIsWantedSoThatItCanBeAsked() throws Exception {
        try (Bank bank = bank(true)) {
            bank.transaction().begin();
            bank.add("east", 5);
            TransactionId id = bank.xa.currentTransaction().orElseThrow();
            Fault lost = toEast.plan().at(MessageKind.DECISION).loseReply();
            bank.transaction().commit();
            assertThat(lost.hasFired()).isTrue();
            assertThat(bank.balances()).containsExactly(1005L, 1000L);
            assertThat(bank.xa.outcome(id)).isEqualTo(Outcome.COMMITTED);
        }
    }
}
