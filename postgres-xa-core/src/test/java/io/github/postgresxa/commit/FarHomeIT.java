package io.github.postgresxa.commit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.postgresxa.TransactionId;
import io.github.postgresxa.support.Bank;
import io.github.postgresxa.test.PostgresNode;
import jakarta.transaction.RollbackException;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The home is where the commit is shortest: one round trip to a far node, not two. Round trips are counted. */
class FarHomeIT extends FarHomeTest {

    @ParameterizedTest
    @CsvSource({"east, west", "west, east"})
    void theFarNodeKeepsTheDecisionInBothDirections(String from, String to) throws Exception {
        try (Bank bank = bank(b -> b)) {
            transferUntilChosen("west", bank, from, to);
            long near = proxy("east").roundTrips();
            long far = proxy("west").roundTrips();
            TransactionId id = transfer(bank, from, to);

            assertThat(home(id)).isEqualTo("west");
            assertThat(proxy("west").roundTrips() - far).as("work and decision").isEqualTo(2);
            assertThat(proxy("east").roundTrips() - near)
                    .as("work, PREPARE and COMMIT PREPARED")
                    .isEqualTo(3);
            assertThat(lastChoice()).isEqualTo(from.equals("west") ? "west FIRST_USED" : "west SHORTEST_COMMIT");
        }
    }

    @ParameterizedTest
    @CsvSource({"east, west, north", "west, north, east", "north, east, west"})
    void theFarthestOfThreeKeepsTheDecision(String first, String second, String third) throws Exception {
        try (Bank bank = bank(b -> b)) {
            proxy("west").distance(Duration.ofMillis(30));
            transferUntilChosen("north", bank, first, second, third);
            long far = proxy("north").roundTrips();
            TransactionId id = transfer(bank, first, second, third);

            assertThat(home(id)).isEqualTo("north");
            assertThat(proxy("north").roundTrips() - far)
                    .as("work and decision")
                    .isEqualTo(2);
        }
    }

    /** What it reports as written owns no transaction ID there, so it cannot keep a decision. */
    @Test
    void aFarNodeThatOnlySeemedToWriteIsNotTriedAgain() throws Exception {
        PostgresNode west = nodes.get(1);
        west.execute(
                "create or replace view nothing as select 1 as a",
                "create or replace function ignore() returns trigger language plpgsql as 'begin return new; end'",
                "create or replace trigger t instead of insert on nothing for each row execute function ignore()");
        try (Bank bank = bank(b -> b)) {
            transferUntilChosen("west", bank, "east", "west");
            assertThatThrownBy(() -> pretend(bank)).isInstanceOf(RollbackException.class);
            assertThat(home(pretend(bank))).isEqualTo("east");
        }
    }

    /** The home alone may do what PostgreSQL cannot prepare. */
    @Test
    void aNodeWhoseWorkCouldNotBePreparedIsTheHomeAgainWhereItIsUsedFirst() throws Exception {
        try (Bank bank = bank(b -> b)) {
            transferUntilChosen("west", bank, "east", "west");
            assertThatThrownBy(() -> announce(bank)).isInstanceOf(RollbackException.class);
            assertThat(home(announce(bank))).isEqualTo("east");
            assertThat(lastChoice()).isEqualTo("east FIRST_USED");
        }
    }

    private static TransactionId pretend(Bank bank) throws Exception {
        bank.transaction().begin();
        bank.add("east", 1);
        bank.execute("west", "insert into nothing values (1)");
        TransactionId id = bank.xa.currentTransaction().orElseThrow();
        bank.transaction().commit();
        return id;
    }

    private static TransactionId announce(Bank bank) throws Exception {
        bank.transaction().begin();
        bank.add("east", 1);
        bank.execute("east", "notify news");
        bank.add("west", 1);
        TransactionId id = bank.xa.currentTransaction().orElseThrow();
        bank.transaction().commit();
        return id;
    }
}
