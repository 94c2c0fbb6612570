package io.github.postgresxa.operations;

/**
 * A lock that a prepared branch holds. PostgreSQL does not list locks on rows: they show as sessions that wait for the
 * whole branch.
 *
 * @param type for example {@code relation}
 * @param mode for example {@code RowExclusiveLock}
 * @param object what is locked, for example {@code public.account}; empty for the branch itself
 */
public record HeldLock(String type, String mode, String object) {}
