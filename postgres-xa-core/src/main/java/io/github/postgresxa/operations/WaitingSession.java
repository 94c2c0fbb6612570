package io.github.postgresxa.operations;

import java.time.Duration;

/**
 * A session that waits for a prepared branch to end. Its statement is not shown, because it may hold confidential data.
 * Roles with the right to see it can query the server: {@code select query from pg_stat_activity where pid = …}.
 *
 * @param pid its process on the server
 * @param role its database role
 * @param application its {@code application_name}
 * @param waitsFor {@code row} if it waits for a row that the branch has changed or locked, else the kind of lock
 * @param since how long it waits, by the server's clock
 */
public record WaitingSession(int pid, String role, String application, String waitsFor, Duration since) {}
