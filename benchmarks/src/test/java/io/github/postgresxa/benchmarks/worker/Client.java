package io.github.postgresxa.benchmarks.worker;

import io.github.postgresxa.benchmarks.contender.Contender;
import io.github.postgresxa.benchmarks.work.Mix;
import io.github.postgresxa.benchmarks.work.Transfer;
import java.util.function.BooleanSupplier;

/** Runs one transaction after the other on its own thread. */
final class Client {

    /** A contender that fails so often is broken; there is no use in continuing. */
    private static final int TOO_MANY_ERRORS = 20;

    private final Contender contender;
    private final Transfer transfer;
    private final Samples whole = new Samples();
    private final Samples commits = new Samples();
    private final long[] added;
    private volatile int done;
    private long errors;
    private String problem = "";

    Client(Contender contender, Mix mix, long seed) {
        this.contender = contender;
        this.transfer = new Transfer(mix, seed);
        this.added = new long[mix.nodes()];
    }

    /**
     * Creates a client.
     *
     * @param goesOn checked before each transaction
     * @param measured checked after each: whether it counts
     */
    void work(BooleanSupplier goesOn, BooleanSupplier measured) {
        while (goesOn.getAsBoolean() && errors < TOO_MANY_ERRORS) {
            transfer.next();
            long began = System.nanoTime();
            try {
                long commitBegan = contender.run(transfer);
                long ended = System.nanoTime();
                done = done + 1;
                for (int node = 0; node < added.length; node++) {
                    added[node] += transfer.amount(node);
                }
                if (measured.getAsBoolean()) {
                    whole.add(ended - began);
                    commits.add(ended - commitBegan);
                }
            } catch (Exception e) {
                failed(e);
            }
        }
    }

    private void failed(Exception e) {
        if (errors++ == 0) {
            problem = e.toString();
            e.printStackTrace();
        }
    }

    /** {@return the number of transactions that it has committed; may be read while it works} */
    int done() {
        return done;
    }

    Samples whole() {
        return whole;
    }

    Samples commits() {
        return commits;
    }

    long[] added() {
        return added;
    }

    long errors() {
        return errors;
    }

    String problem() {
        return problem;
    }
}
