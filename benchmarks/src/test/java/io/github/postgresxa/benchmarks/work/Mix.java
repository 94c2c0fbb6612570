package io.github.postgresxa.benchmarks.work;

/**
 * What each transaction does: it reads one account on some nodes, then changes one account on each of some others.
 *
 * @param readers how many nodes are read
 * @param writers how many nodes are written; if more than one, what is taken from the first is given to the others
 * @param accounts how many accounts of each node are used; few of them are hot
 * @param readOnly whether the application announces that it only reads
 */
public record Mix(int readers, int writers, int accounts, boolean readOnly) {

    /** Accounts on each node. */
    public static final int ALL_ACCOUNTS = 10_000;

    /** {@return a mix of so many writers, on all accounts} */
    public static Mix writers(int writers) {
        return new Mix(0, writers, ALL_ACCOUNTS, false);
    }

    /** {@return the number of nodes that take part} */
    public int nodes() {
        return readers + writers;
    }

    /** {@return this as text for {@link #parse}} */
    public String text() {
        return readers + "," + writers + "," + accounts + "," + readOnly;
    }

    /** {@return the mix that {@link #text} wrote} */
    public static Mix parse(String text) {
        String[] part = text.split(",");
        return new Mix(
                Integer.parseInt(part[0]),
                Integer.parseInt(part[1]),
                Integer.parseInt(part[2]),
                Boolean.parseBoolean(part[3]));
    }
}
