package io.github.postgresxa.samples.bank.web;

import io.github.postgresxa.samples.bank.money.AccountId;
import io.github.postgresxa.samples.bank.money.Transfer;
import io.github.postgresxa.samples.bank.money.TransferRefusedException;
import io.github.postgresxa.samples.bank.money.TransferRefusedException.Reason;
import java.math.BigDecimal;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The body of an order, not validated yet.
 *
 * @param id chosen by a client that wants to be able to send it again; may be missing
 * @param from the account that pays, such as {@code east/1}
 * @param to the account that receives
 * @param amount how much; a type that keeps every JSON number as it was sent, so that none is rounded into another
 */
record TransferRequest(
        @Nullable String id,
        @Nullable String from,
        @Nullable String to,
        @Nullable BigDecimal amount) {

    private static final BigDecimal MAX_AMOUNT = BigDecimal.valueOf(Transfer.MAX_AMOUNT);

    boolean hasId() {
        return id != null;
    }

    Transfer toTransfer() {
        return new Transfer(transferId(), account("from", from), account("to", to), wholeAmount());
    }

    private UUID transferId() {
        if (id == null) {
            return UUID.randomUUID();
        }
        try {
            var parsed = UUID.fromString(id);
            if (parsed.toString().equalsIgnoreCase(id)) {
                return parsed;
            }
        } catch (IllegalArgumentException e) {
            throw refused(Reason.MALFORMED, "'%s' in 'id' is not a UUID".formatted(id));
        }
        throw refused(Reason.MALFORMED, "'%s' in 'id' is not a UUID in full length".formatted(id));
    }

    private static AccountId account(String field, @Nullable String text) {
        if (text == null) {
            throw refused(Reason.MALFORMED, "'%s' is missing: an account such as east/1".formatted(field));
        }
        return AccountId.parse(text);
    }

    /** Compared before it is converted: a number such as 1e999999 would become very long. */
    private long wholeAmount() {
        if (amount == null) {
            throw refused(Reason.BAD_AMOUNT, "'amount' is missing: a whole number from 1 to " + MAX_AMOUNT);
        }
        if (amount.signum() <= 0 || amount.compareTo(MAX_AMOUNT) > 0) {
            throw refused(Reason.BAD_AMOUNT, "'amount' can be a whole number from 1 to " + MAX_AMOUNT);
        }
        try {
            return amount.longValueExact();
        } catch (ArithmeticException e) {
            throw refused(Reason.BAD_AMOUNT, "'amount' has a fraction: it can be a whole number only");
        }
    }

    private static TransferRefusedException refused(Reason reason, String message) {
        return new TransferRefusedException(reason, message);
    }
}
