package io.github.postgresxa.benchmarks.work;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.SplittableRandom;

/**
 * The next transaction of a client. One object serves all transactions of a client, so that the harness makes no
 * garbage.
 *
 * <p>Every transaction touches its nodes in the same order and one row on each: clients wait for each other on hot
 * rows, but never deadlock.
 */
public final class Transfer {

    public static final String UPDATE = "update account set balance = balance + ? where id = ?";
    public static final String SELECT = "select balance from account where id = ?";

    private static final int MOST = 9;

    private final Mix mix;
    private final SplittableRandom random;
    private final int[] accounts;
    private final long[] amounts;

    /**
     * Creates the transactions of one client.
     *
     * @param mix what transactions do
     * @param seed of this client's choices
     */
    public Transfer(Mix mix, long seed) {
        this.mix = mix;
        this.random = new SplittableRandom(seed);
        this.accounts = new int[mix.nodes()];
        this.amounts = new long[mix.nodes()];
    }

    /** Chooses accounts and an amount. */
    public void next() {
        long amount = random.nextInt(1, MOST + 1);
        for (int node = 0; node < accounts.length; node++) {
            accounts[node] = random.nextInt(1, mix.accounts() + 1);
            amounts[node] = writes(node) ? amount : 0;
        }
        if (mix.writers() > 1) {
            amounts[mix.readers()] = -amount * (mix.writers() - 1);
        }
    }

    /** {@return the number of nodes that take part: those from 0 to this, readers first} */
    public int nodes() {
        return accounts.length;
    }

    /** {@return how many of them are only read} */
    public int readers() {
        return mix.readers();
    }

    /** {@return whether the application announces that it only reads} */
    public boolean readOnly() {
        return mix.readOnly();
    }

    /** {@return whether this node is written} */
    public boolean writes(int node) {
        return node >= mix.readers();
    }

    /** {@return the account that this transaction uses on a node} */
    public int account(int node) {
        return accounts[node];
    }

    /** {@return what is added on this node; 0 where it is read} */
    public long amount(int node) {
        return amounts[node];
    }

    /** Does one node's part with plain JDBC, as one statement. */
    public void work(int node, Connection connection) throws SQLException {
        if (writes(node)) {
            try (PreparedStatement update = connection.prepareStatement(UPDATE)) {
                update.setLong(1, amounts[node]);
                update.setInt(2, accounts[node]);
                changed(update.executeUpdate());
            }
        } else {
            try (PreparedStatement select = connection.prepareStatement(SELECT)) {
                select.setInt(1, accounts[node]);
                try (ResultSet rows = select.executeQuery()) {
                    if (!rows.next()) {
                        throw new IllegalStateException("there is no account " + accounts[node]);
                    }
                    rows.getLong(1);
                }
            }
        }
    }

    /** Throws if not exactly one account was changed. */
    public static void changed(int rows) {
        if (rows != 1) {
            throw new IllegalStateException(rows + " accounts were changed, not one");
        }
    }
}
