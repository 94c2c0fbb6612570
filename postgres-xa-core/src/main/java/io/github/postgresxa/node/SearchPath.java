package io.github.postgresxa.node;

/**
 * Where PostgreSQL looks for what our statements call without a schema: its own functions, operators and types, and nobody else's. A function of the same name
 * in a schema that comes first, or one whose arguments fit better, would be run with our role's rights.
 */
public final class SearchPath {

    /** For the running transaction: after it the application has its own again. Ends with a line break. */
    public static final String PIN = "set local search_path = pg_catalog, pg_temp;\n";

    /** For a session of our own. Ends with a line break. */
    static final String PIN_SESSION = "set search_path = pg_catalog, pg_temp;\n";

    private SearchPath() {}
}
