package io.github.postgresxa.samples.bank.money;

import io.github.postgresxa.samples.bank.money.TransferRefusedException.Reason;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * An order to move money. An order that could never be carried out cannot be built.
 *
 * @param id identifies it for ever; the client may choose it, to be able to send the order again
 * @param from the account that pays
 * @param to the account that receives
 * @param amount how much, in whole units
 */
public record Transfer(UUID id, AccountId from, AccountId to, long amount) {

    /** Far more than the banks own, and small enough that no balance can overflow. */
    public static final long MAX_AMOUNT = 1_000_000_000_000L;

    /**
     * Checks the order.
     *
     * @throws TransferRefusedException if the amount cannot be moved, or payer and receiver are the same
     */
    public Transfer {
        if (amount < 1 || amount > MAX_AMOUNT) {
            throw new TransferRefusedException(
                    Reason.BAD_AMOUNT, "The amount is %d: it can be 1 to %d".formatted(amount, MAX_AMOUNT));
        }
        if (from.equals(to)) {
            throw new TransferRefusedException(
                    Reason.SAME_ACCOUNT, "%s cannot pay to itself: name two accounts".formatted(from));
        }
    }

    /**
     * {@return both legs in the order of their accounts, which is the order in which they are locked}
     *
     * <p>All transfers use the same order, so two transfers in opposite directions never deadlock. The legs are
     * numbered in this order, too, and not by payer and receiver. So a second transfer with the same id and the same
     * banks collides with the first one at the ledger's primary key, whatever its direction.
     */
    public List<Leg> legs() {
        boolean payerFirst = from.compareTo(to) < 0;
        var pays = new Leg(payerFirst ? 1 : 2, from, -amount);
        var receives = new Leg(payerFirst ? 2 : 1, to, amount);
        return payerFirst ? List.of(pays, receives) : List.of(receives, pays);
    }

    boolean touches(String node) {
        return Stream.of(from, to).anyMatch(account -> account.node().equals(node));
    }
}
