package io.github.postgresxa.reliability.matrix;

import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;

/**
 * One transaction of the application: steps that it takes one after the other, then commit.
 *
 * @param id identifies its rows in the ledger
 * @param steps its steps
 */
record Transfer(UUID id, List<Step> steps) {

    static final int ACCOUNTS = 8;

    /** What a step does. */
    enum Verb {
        /** Changes a balance and writes a row of the ledger with it. */
        LEG,
        /** Reads a balance. */
        READ,
        /** Executes a statement that fails; the application swallows the failure. */
        FAIL,
        /** Writes a row that violates a deferred constraint. */
        ORPHAN
    }

    /**
     * One statement of a transfer.
     *
     * @param verb what it does
     * @param node its node
     * @param account the account
     * @param amount what is added
     */
    record Step(Verb verb, String node, int account, long amount) {

        private String text() {
            return "%s:%s:%d:%d".formatted(verb, node, account, amount);
        }

        private static Step parse(String text) {
            String[] parts = text.split(":");
            return new Step(Verb.valueOf(parts[0]), parts[1], Integer.parseInt(parts[2]), Long.parseLong(parts[3]));
        }
    }

    /** {@return a transfer between random accounts: money is moved, never made} */
    static Transfer of(Shape shape, RandomGenerator random) {
        List<Step> steps = new ArrayList<>();
        int others = shape.writers().size() - 1; // A single step only writes its row.
        long amount = random.nextLong(1, 10) * others;
        for (String node : shape.writers()) {
            boolean pays = steps.isEmpty();
            long share = pays ? -amount : amount / others;
            steps.add(new Step(Verb.LEG, node, 1 + random.nextInt(ACCOUNTS), share));
        }
        shape.extra().forEach((node, verb) -> steps.add(new Step(verb, node, 1, 0)));
        return new Transfer(new UUID(random.nextLong(), random.nextLong()), steps);
    }

    /** {@return the number of rows in the ledger of a node if it is committed} */
    long legsOn(String node) {
        return steps.stream()
                .filter(s -> s.verb() == Verb.LEG && s.node().equals(node))
                .count();
    }

    String text() {
        return id + steps.stream().map(Step::text).collect(Collectors.joining(" ", " ", ""));
    }

    static Transfer parse(String text) {
        String[] parts = text.split(" ");
        List<Step> steps = new ArrayList<>();
        for (int i = 1; i < parts.length; i++) {
            steps.add(Step.parse(parts[i]));
        }
        return new Transfer(UUID.fromString(parts[0]), steps);
    }
}
