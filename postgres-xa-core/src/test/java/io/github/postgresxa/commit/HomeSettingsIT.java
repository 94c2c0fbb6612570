package io.github.postgresxa.commit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.postgresxa.InvalidConfigurationException;
import io.github.postgresxa.support.Bank;
import io.github.postgresxa.support.Eventually;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** The home before anything is measured, and where it is configured. */
class HomeSettingsIT extends FarHomeTest {

    @Test
    void theNodeThatWasUsedFirstWhileNothingIsKnown() throws Exception {
        try (Bank bank = bank(b -> b)) {
            assertThat(home(transfer(bank, "east", "west"))).isEqualTo("east");
            assertThat(lastChoice()).isEqualTo("east FIRST_USED");
        }
    }

    @Test
    void recoverysPassesKnowTheDistanceBeforeTheFirstCommit() throws Exception {
        try (Bank bank = bank(b -> b.recovery(Bank.FAST))) {
            Eventually.eventually(
                    Duration.ofSeconds(20),
                    "recovery has measured each node",
                    () -> bank.xa.statistics().stream().allMatch(s -> s.roundTrip() != null));
            assertThat(home(transfer(bank, "east", "west"))).isEqualTo("west");
        }
    }

    @Test
    void aPinnedNodeIsTheHomeWhereverItWrites() throws Exception {
        try (Bank bank = bank(b -> b.home("east"))) {
            for (int i = 0; i < ENOUGH; i++) {
                assertThat(home(transfer(bank, "west", "east"))).isEqualTo("east");
                assertThat(lastChoice()).isEqualTo("east PINNED");
            }
            assertThat(home(transferUntilChosen("north", bank, "west", "north")))
                    .as("where it does not write, the commit is shortest")
                    .isEqualTo("north");
        }
    }

    @Test
    void firstUsedKeepsTheOrderOfTheApplication() throws Exception {
        try (Bank bank = bank(b -> b.home("first-used"))) {
            for (int i = 0; i < ENOUGH; i++) {
                assertThat(home(transfer(bank, "east", "west"))).isEqualTo("east");
            }
        }
    }

    @Test
    void aHomeThatIsNoNodeIsRefusedAtTheStart() {
        assertThatThrownBy(() -> bank(b -> b.home("south")))
                .isInstanceOf(InvalidConfigurationException.class)
                .hasMessageContaining("'south'");
    }
}
