package io.github.postgresxa.node;

/** How sure the end of a transaction has to be: settings and statements that go with the protocol's own. */
public final class Durability {

    /**
     * Raises {@code synchronous_commit} to {@code on} for the running transaction where it is {@code off}, {@code local} or {@code remote_write}: a decision that is not on disk,
     * or not on the synchronous standby, decides nothing. {@code remote_apply} is not lowered. Ends with a line break.
     */
    public static final String RAISE = "select pg_catalog.set_config('synchronous_commit', 'on', true)"
            + " where pg_catalog.current_setting('synchronous_commit') operator(pg_catalog.=) any"
            + " ('{off,local,remote_write}');\n";

    /** The same where no {@code remote_apply} can stand. Ends with a line break. */
    static final String SET_ON = "set local synchronous_commit = on;\n";

    /** The same for a whole session. */
    static final String RAISE_FOR_SESSION =
            "select set_config('synchronous_commit', 'on', false) where current_setting('synchronous_commit') in"
                    + " ('off', 'local', 'remote_write')";

    /**
     * Goes before a verb on the application's session, so that its answer is sure. Deferred constraints and triggers run now, under the application's role and
     * its timeouts, while an error still means "surely rolled back"; an error of COMMIT itself could be anything. No timeout of the application cuts the verb, and a cancelled
     * wait for the standby is told, whatever message level the application has set. The search path stays the application's, so what follows calls the
     * server's functions by their full names. Ends with a line break.
     */
    public static final String SURE_ANSWER = "set constraints all immediate;\n"
            + "set local statement_timeout = 0;\nset local client_min_messages = warning;\n";

    /**
     * A transactional message is the smallest write that takes no lock and leaves no row. Its commit waits for the synchronous standby, so whatever was
     * visible before it is there, too. (A transaction that only reads waits for nothing.) Ends with a line break.
     */
    public static final String BARRIER = "select pg_logical_emit_message(true, 'pgxa', '');\n";

    private Durability() {}
}
