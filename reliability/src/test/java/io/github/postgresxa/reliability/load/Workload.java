package io.github.postgresxa.reliability.load;

import io.github.postgresxa.reliability.load.Transfer.Leg;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.UUID;

/** The mix of requests: 70 % two nodes, 10 % three legs, 10 % one node, 10 % audits; now and then a hot account. */
final class Workload {

    private final Random random;
    private final List<String> nodes;

    Workload(long seed, List<String> nodes) {
        this.random = new Random(seed);
        this.nodes = List.copyOf(nodes);
    }

    boolean nextIsAudit() {
        return random.nextInt(10) == 0;
    }

    /** {@return whether a client whose outcome is "unknown" requests the same transfer again} */
    boolean triesAgain() {
        return random.nextBoolean();
    }

    Transfer next() {
        int kind = random.nextInt(9);
        long amount = 1 + random.nextInt(20);
        List<String> order = new ArrayList<>(nodes);
        Collections.shuffle(order, random);
        List<Leg> legs = new ArrayList<>();
        if (kind == 0) {
            int from = account();
            legs.add(new Leg(order.get(0), from, -amount));
            legs.add(new Leg(order.get(0), other(from), amount));
        } else if (kind == 1) {
            legs.add(new Leg(order.get(0), account(), -2 * amount));
            legs.add(new Leg(order.get(1), account(), amount));
            // The third leg is on a third node; with two nodes, on another account of the second.
            String third = order.get(Math.min(2, order.size() - 1));
            legs.add(new Leg(third, other(legs.get(1).account()), amount));
        } else {
            legs.add(new Leg(order.get(0), account(), -amount));
            legs.add(new Leg(order.get(1), account(), amount));
        }
        String home = legs.get(random.nextInt(legs.size())).node();
        legs.sort(Comparator.comparing(Leg::node).thenComparing(Leg::account));
        return new Transfer(new UUID(random.nextLong(), random.nextLong()), home, List.copyOf(legs));
    }

    private int account() {
        return random.nextInt(12) == 0 ? 1 : 1 + random.nextInt(Bank.ACCOUNTS);
    }

    private int other(int account) {
        return 1 + (account + random.nextInt(Bank.ACCOUNTS - 1)) % Bank.ACCOUNTS;
    }
}
