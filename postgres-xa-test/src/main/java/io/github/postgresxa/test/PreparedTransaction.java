package io.github.postgresxa.test;

import java.time.Instant;

/**
 * One row of {@code pg_prepared_xacts}: a transaction that is prepared and neither committed nor rolled back.
 *
 * @param gid its name, exactly as the server shows it
 * @param owner the role that prepared it
 * @param database the only database in which it can be finished
 * @param prepared when it was prepared, by the server's clock
 */
public record PreparedTransaction(String gid, String owner, String database, Instant prepared) {}
