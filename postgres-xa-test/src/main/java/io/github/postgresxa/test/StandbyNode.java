package io.github.postgresxa.test;

/**
 * A physical standby of a node: the same database on a second server, which follows the first one and can take its
 * place.
 *
 * <p>It starts as an asynchronous one: the primary does not wait for it. After {@link #makeSynchronous} every commit
 * and every {@code PREPARE TRANSACTION} of the primary waits until it is on the standby's disk, too.
 *
 * <pre>{@code
 * try (StandbyNode east2 = east.standby("east2")) {
 *     east2.makeSynchronous();
 *     … // work on east
 *     east.kill();
 *     east2.promote(); // all that east acknowledged is here
 * }
 * }</pre>
 *
 * <p>It is stopped, killed and paused as every node is. To fall behind it is {@linkplain #stop stopped}: a paused one
 * has the last bytes in its buffers and continues with them. {@link #close} ends it for good.
 */
public interface StandbyNode extends PostgresNode {

    /** {@return the node that it follows, or has followed until its promotion} */
    PostgresNode primary();

    /** Makes the primary wait for this standby from now on. Returns when it does. */
    void makeSynchronous();

    /** Makes the primary wait for no standby. Commits that wait now proceed, as if the standby had answered. */
    void asynchronous();

    /**
     * Returns when everything that the primary had acknowledged at the call is on this standby's disk and visible
     * here.
     */
    void awaitCaughtUp();

    /**
     * Promotes this standby. Returns when it takes writes, on a new timeline. The test sees to it that the old
     * primary is dead.
     */
    void promote();

    /**
     * {@return a JDBC URL of both servers that connects to the one that takes writes, as an application needs it to
     * survive a failover}
     *
     * <p>The driver remembers for 1 s instead of 10 s which server was the primary.
     */
    default String failoverUrl() {
        String ownAddress = jdbcUrl().replaceFirst("^jdbc:postgresql://([^/]*)/.*$", "$1");
        return primary().jdbcUrl().replaceFirst("/([^/]*)$", "," + ownAddress + "/$1")
                + "?targetServerType=primary&hostRecheckSeconds=1";
    }

    /**
     * Ends the standby for good and deletes its data. A running primary waits for it no longer and keeps nothing for
     * it.
     */
    @Override
    void close();
}
