package io.github.postgresxa.datasource;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * What is known of a text of the application before it is sent. Applications repeat their texts, so the verdicts of
 * some are remembered: to find one costs a tenth of a new reading.
 *
 * @param empty whether the driver sends nothing at all for it
 * @param durability whether it may set {@code synchronous_commit}
 * @param rollback whether it mentions a ROLLBACK, which may be one to a savepoint
 * @param control the first words of a statement that controls transactions, see {@link TransactionControl#in}
 */
record SqlVerdict(
        boolean empty,
        boolean durability,
        boolean rollback,
        @Nullable String control) {

    /** An application that makes a new text each time fills this, and loses nothing but the benefit. */
    static final int MOST = 500;

    /** Longer texts are rarely repeated, and take more memory. */
    static final int LONGEST = 2_000;

    private static final Map<String, SqlVerdict> KNOWN = new ConcurrentHashMap<>();

    /**
     * Reads a text.
     *
     * @param sql the application's text
     * @return what is known of it
     */
    static SqlVerdict of(String sql) {
        SqlVerdict known = KNOWN.get(sql);
        if (known != null) {
            return known;
        }
        SqlVerdict verdict = new SqlVerdict(
                SqlText.isEmpty(sql),
                SqlText.mentions("synchronous_commit", sql),
                SqlText.mentions("rollback", sql),
                TransactionControl.in(sql));
        if (sql.length() <= LONGEST) {
            if (KNOWN.size() >= MOST) {
                KNOWN.clear();
            }
            KNOWN.put(sql, verdict);
        }
        return verdict;
    }

    /** {@return how many verdicts are remembered} */
    static int remembered() {
        return KNOWN.size();
    }
}
