package io.github.postgresxa.reliability.load;

import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.stream.Collectors;

/**
 * Money that moves: the amounts of the legs add up to zero.
 *
 * @param id its id in the ledger
 * @param home the node that is used first
 * @param legs in the order of nodes and accounts, so that transfers never deadlock
 */
public record Transfer(UUID id, String home, List<Leg> legs) {

    /** One account's part. */
    public record Leg(String node, int account, long amount) {

        private static Leg parse(String text) {
            String[] part = text.split("/");
            return new Leg(part[0], Integer.parseInt(part[1]), Long.parseLong(part[2]));
        }

        @Override
        public String toString() {
            return node + "/" + account + "/" + amount;
        }
    }

    /** {@return the legs as one word} */
    String legsText() {
        return legs.stream().map(Leg::toString).collect(Collectors.joining(","));
    }

    static Transfer parse(String id, String legs) {
        List<Leg> list = Arrays.stream(legs.split(",")).map(Leg::parse).toList();
        return new Transfer(UUID.fromString(id), list.get(0).node(), list);
    }

    /** {@return the number of nodes that it touches} */
    public long nodes() {
        return legs.stream().map(Leg::node).distinct().count();
    }
}
