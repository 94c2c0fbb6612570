package io.github.postgresxa.operations;

/** What a database is whose identity belongs to another place. */
public enum Origin {
    /** A copy, and its original lives on: it gets a new identity and an empty log. */
    COPY,
    /** The database itself at another place, and the original is gone for good: it keeps its identity and its log. */
    MOVED
}
