package io.github.postgresxa.samples.bank.money;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.github.postgresxa.samples.bank.money.TransferRefusedException.Reason;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TransferTests {

    private static final UUID ID = UUID.randomUUID();
    private static final AccountId EAST = AccountId.parse("east/3");
    private static final AccountId WEST = AccountId.parse("west/2");

    @Test
    void locksAccountsInTheSameOrderInBothDirections() {
        assertThat(new Transfer(ID, EAST, WEST, 5).legs()).containsExactly(new Leg(1, EAST, -5), new Leg(2, WEST, 5));
        assertThat(new Transfer(ID, WEST, EAST, 5).legs()).containsExactly(new Leg(1, EAST, 5), new Leg(2, WEST, -5));
    }

    @ParameterizedTest
    @ValueSource(longs = {Long.MIN_VALUE, -1, 0, Transfer.MAX_AMOUNT + 1, Long.MAX_VALUE})
    void refusesAnAmountThatCannotBeMoved(long amount) {
        assertThatExceptionOfType(TransferRefusedException.class)
                .isThrownBy(() -> new Transfer(ID, EAST, WEST, amount))
                .satisfies(e -> assertThat(e.reason()).isEqualTo(Reason.BAD_AMOUNT));
    }

    @Test
    void refusesOneAccountForBothEnds() {
        assertThatExceptionOfType(TransferRefusedException.class)
                .isThrownBy(() -> new Transfer(ID, EAST, AccountId.parse("east/3"), 5))
                .satisfies(e -> assertThat(e.reason()).isEqualTo(Reason.SAME_ACCOUNT));
    }
}
