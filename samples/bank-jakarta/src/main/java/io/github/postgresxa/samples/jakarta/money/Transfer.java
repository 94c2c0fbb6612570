package io.github.postgresxa.samples.jakarta.money;

import java.util.List;
import java.util.UUID;

/**
 * An order to move money.
 *
 * @param id identifies it for ever; the client may choose it, to be able to send the order again
 * @param from the account that pays
 * @param to the account that receives
 * @param amount how much, in whole units
 */
public record Transfer(UUID id, AccountId from, AccountId to, long amount) {

    private static final long MAX_AMOUNT = 1_000_000_000_000L;

    /** Refuses an order that could never be carried out. */
    public Transfer {
        if (amount < 1 || amount > MAX_AMOUNT) {
            throw new TransferRefusedException("The amount is %d: it can be 1 to %d".formatted(amount, MAX_AMOUNT));
        }
        if (from.equals(to)) {
            throw new TransferRefusedException("%s cannot pay to itself: name two accounts".formatted(from));
        }
    }

    /** {@return both legs in the order of their accounts: all transfers lock in one order, so none deadlock} */
    public List<Leg> legs() {
        boolean payerFirst = from.compareTo(to) < 0;
        var pays = new Leg(payerFirst ? 1 : 2, from, -amount);
        var receives = new Leg(payerFirst ? 2 : 1, to, amount);
        return payerFirst ? List.of(pays, receives) : List.of(receives, pays);
    }
}
