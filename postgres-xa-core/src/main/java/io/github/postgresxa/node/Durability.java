package io.github.postgresxa.node;

/**
 * Settings and statements that make the end of a transaction durable. They are sent together with the protocol's own.
 */
public final class Durability {

    /**
     * Raises {@code synchronous_commit} to {@code on} for the running transaction where it is {@code off},
     * {@code local} or {@code remote_write}: a decision that is not on disk, or not on the synchronous standby, decides
     * nothing. {@code remote_apply} is not lowered. Ends with a line break.
     */
    public static final String RAISE = "select pg_catalog.set_config('synchronous_commit', 'on', true)"
            + " where pg_catalog.current_setting('synchronous_commit') operator(pg_catalog.=) any"
            + " ('{off,local,remote_write}');\n";

    /**
     * Sets {@code synchronous_commit} to {@code on} for the running transaction where {@code remote_apply} cannot be
     * set. Ends with a line break.
     */
    public static final String SET_ON = "set local synchronous_commit = on;\n";

    /** Raises {@code synchronous_commit} like {@link #RAISE}, for a whole session. */
    static final String RAISE_FOR_SESSION =
            "select set_config('synchronous_commit', 'on', false) where current_setting('synchronous_commit') in"
                    + " ('off', 'local', 'remote_write')";

    /**
     * Precedes a verb on the application's session, so that its answer is sure. Deferred constraints and triggers run
     * now, under the application's role and its timeouts, while an error still means "surely rolled back"; an error of
     * COMMIT itself could mean anything. No timeout of the application interrupts the verb, and a cancelled wait for
     * the standby is reported, whatever message level the application has set. The search path stays the application's,
     * so what follows calls the server's functions by their full names. Ends with a line break.
     */
    public static final String SURE_ANSWER = "set constraints all immediate;\n"
            + "set local statement_timeout = 0;\nset local client_min_messages = warning;\n";

    /**
     * Makes a transaction that only reads wait for the synchronous standby. A transactional message is the smallest
     * write that takes no lock and leaves no row. Its commit waits for the standby, so whatever was visible before is
     * there, too. (A transaction that only reads waits for nothing.) Ends with a line break.
     */
    public static final String BARRIER = "select pg_logical_emit_message(true, 'pgxa', '');\n";

    private Durability() {}
}
