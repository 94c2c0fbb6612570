package io.github.postgresxa.node;

/**
 * Pins the search path of our statements to the server's own functions, operators and types. Otherwise a function of
 * the same name in an earlier schema, or one whose arguments fit better, would run with our role's rights.
 */
public final class SearchPath {

    /** Pins it for the running transaction; afterwards the application has its own again. Ends with a line break. */
    public static final String PIN = "set local search_path = pg_catalog, pg_temp;\n";

    /** Pins it for one of our own sessions. Ends with a line break. */
    static final String PIN_SESSION = "set search_path = pg_catalog, pg_temp;\n";

    private SearchPath() {}
}
