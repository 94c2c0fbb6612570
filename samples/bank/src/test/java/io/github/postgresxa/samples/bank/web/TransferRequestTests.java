package io.github.postgresxa.samples.bank.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.github.postgresxa.samples.bank.money.TransferRefusedException;
import io.github.postgresxa.samples.bank.money.TransferRefusedException.Reason;
import java.math.BigDecimal;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

class TransferRequestTests {

    @Test
    void becomesATransfer() {
        var id = UUID.randomUUID();
        var transfer = new TransferRequest(id.toString(), "east/1", "west/7", new BigDecimal("25")).toTransfer();

        assertThat(transfer.id()).isEqualTo(id);
        assertThat(transfer.from()).hasToString("east/1");
        assertThat(transfer.to()).hasToString("west/7");
        assertThat(transfer.amount()).isEqualTo(25);
    }

    @Test
    void getsAnIdIfItHasNone() {
        assertThat(amount("1").toTransfer().id())
                .isNotEqualTo(amount("1").toTransfer().id());
    }

    @ParameterizedTest
    @CsvSource({"1, 1", "25.0, 25", "1e3, 1000", "1000000000000, 1000000000000"})
    void takesAWholeNumberHoweverItIsWritten(String text, long meant) {
        assertThat(amount(text).toTransfer().amount()).isEqualTo(meant);
    }

    @ParameterizedTest
    @NullSource
    @ValueSource(
            strings = {"0", "-1", "0.5", "25.01", "1e-999999999", "1000000000001", "9223372036854775808", "1e999999999"
            })
    void refusesEveryOtherAmount(@Nullable String text) {
        assertRefused(amount(text), Reason.BAD_AMOUNT);
    }

    @Test
    void refusesAMissingAccount() {
        assertRefused(new TransferRequest(null, null, "west/7", BigDecimal.ONE), Reason.MALFORMED);
        assertRefused(new TransferRequest(null, "east/1", null, BigDecimal.ONE), Reason.MALFORMED);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "7", "1-1-1-1-1", "not-a-uuid-at-all", "123e4567-e89b-12d3-a456-4266141740001"})
    void refusesAnIdThatIsNoUuid(String id) {
        assertRefused(new TransferRequest(id, "east/1", "west/7", BigDecimal.ONE), Reason.MALFORMED);
    }

    private static TransferRequest amount(@Nullable String text) {
        return new TransferRequest(null, "east/1", "west/7", text == null ? null : new BigDecimal(text));
    }

    private static void assertRefused(TransferRequest request, Reason reason) {
        assertThatExceptionOfType(TransferRefusedException.class)
                .isThrownBy(request::toTransfer)
                .satisfies(e -> assertThat(e.reason()).isEqualTo(reason));
    }
}
