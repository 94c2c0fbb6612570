package io.github.postgresxa.operations;

/** What the doctor checks, by the name that it prints. */
enum Check {
    REACHABLE("reachable"),
    VERSION("version"),
    PRIMARY("primary"),
    MAX_PREPARED("max-prepared-transactions"),
    STANDBYS("standbys"),
    FSYNC("fsync"),
    FULL_PAGE_WRITES("full_page_writes"),
    SYNCHRONOUS_COMMIT("synchronous_commit"),
    CLOCK("clock"),
    WAL_LEVEL("wal_level"),
    FAILOVER("failover"),
    SLOTS("slots"),
    SCHEMA("schema"),
    RIGHTS("rights"),
    ROLES("roles"),
    DEFAULT_ROLE("default-role"),
    IDENTITY("identity"),
    ONE_DATABASE("one-database"),
    POOLER("pooler"),
    PREPARED("prepared"),
    IN_DOUBT("in-doubt"),
    FOREIGN("foreign");

    private final String title;

    Check(String title) {
        this.title = title;
    }

    /** {@return its name, as findings and documents use it} */
    String title() {
        return title;
    }

    Finding ok(String node, String what) {
        return new Finding(node, title, Severity.OK, what, "", "", "");
    }
}
