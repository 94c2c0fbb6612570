package io.github.postgresxa.samples.bank.money;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.github.postgresxa.samples.bank.money.TransferRefusedException.Reason;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AccountIdTests {

    @ParameterizedTest
    @ValueSource(strings = {"east/1", "west/10", "b2/999999999"})
    void isReadAsItIsWritten(String text) {
        assertThat(AccountId.parse(text)).hasToString(text);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "east",
                "east/",
                "/1",
                "east/0",
                "east/01",
                "east/-1",
                "east/+1",
                "east/1 ",
                "East/1",
                "east/1/2",
                "east/1234567890",
                "east/\u0661"
            })
    void refusesEverythingElse(String text) {
        assertThatExceptionOfType(TransferRefusedException.class)
                .isThrownBy(() -> AccountId.parse(text))
                .satisfies(e -> assertThat(e.reason()).isEqualTo(Reason.MALFORMED));
    }

    @Test
    void isOrderedByNodeAndThenByNumber() {
        assertThat(AccountId.parse("east/9")).isLessThan(AccountId.parse("east/10"));
        assertThat(AccountId.parse("east/10")).isLessThan(AccountId.parse("west/1"));
    }
}
