package io.github.postgresxa.node;

/** How sure a commit of ours has to be. */
public final class Durability {

    /**
     * Raises {@code synchronous_commit} to {@code on} for the running transaction where it is {@code off}, {@code local} or {@code remote_write}: a decision that is not on disk,
     * or not on the synchronous standby, decides nothing. {@code remote_apply} is not lowered. Ends with a line break.
     */
    public static final String RAISE =
            "select set_config('synchronous_commit', 'on', true) where current_setting('synchronous_commit') in ('off', 'local', 'remote_write');\n";

    /** The same for a whole session. */
    static final String RAISE_FOR_SESSION =
            "select set_config('synchronous_commit', 'on', false) where current_setting('synchronous_commit') in ('off', 'local', 'remote_write')";

    private Durability() {}
}
