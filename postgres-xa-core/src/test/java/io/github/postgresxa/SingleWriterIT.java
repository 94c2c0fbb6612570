package io.github.postgresxa;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.postgresxa.test.PostgresNode;
import io.github.postgresxa.test.PostgresNodes;
import jakarta.transaction.HeuristicMixedException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** One node writes, so nothing is prepared; the reply to its COMMIT is lost. */
@PostgresNodes({"east", "west"})
class SingleWriterIT {

    private WireRelay toEast;
    private PostgresNode east;
    private PostgresNode west;

    @BeforeEach
    void accounts(PostgresNode east, PostgresNode west) {
        this.east = east;
        this.west = west;
        Bank.open(east, west).close();
        east.execute("truncate pgxa.decision");
        toEast = new WireRelay(east);
    }

    @AfterEach
    void close() throws Exception {
        toEast.close();
    }

    private Bank bank(boolean singleWriterDecides) {
        PostgresXa xa = PostgresXa.builder()
                .name("bank")
                .decision(new DecisionSettings("pgxa", true, Duration.ofHours(1), singleWriterDecides))
                .node(toEast.settings())
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
            toEast.loseReply("commit");
            assertThatThrownBy(() -> bank.transaction().commit()).isInstanceOf(HeuristicMixedException.class);
            assertThat(bank.balances()).containsExactly(1005L, 1000L);
            assertThat(bank.xa.outcome(id)).isEqualTo(Outcome.UNKNOWN);
            assertThat(east.count("select count(*) from pgxa.decision")).isZero();
        }
    }

    @Test
    void leavesARowWhereThatIsWantedSoThatItCanBeAsked() throws Exception {
        try (Bank bank = bank(true)) {
            bank.transaction().begin();
            bank.add("east", 5);
            TransactionId id = bank.xa.currentTransaction().orElseThrow();
            toEast.loseReply("insert into pgxa.decision");
            bank.transaction().commit();
            assertThat(toEast.hasLost()).isTrue();
            assertThat(bank.balances()).containsExactly(1005L, 1000L);
            assertThat(bank.xa.outcome(id)).isEqualTo(Outcome.COMMITTED);
        }
    }
}
