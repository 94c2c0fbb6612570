package io.github.postgresxa.test;

/**
 * A physical standby of a node: the same database on a second server, which follows the first one and can take its place.
 *
 * <p>It begins as an asynchronous one: the primary waits for nobody. After {@link #makeSynchronous} every commit and
 * every {@code PREPARE TRANSACTION} of the primary waits until it is on the standby's disk, too.
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
 * <p>It is stopped, killed and paused as every node is. To fall behind it is {@linkplain #stop stopped}: a paused one has the
 * last bytes in its buffers and goes on with them. {@link #close} ends it for good.
 */
public interface StandbyNode extends PostgresNode {

    /** {@return the node that it follows, or has followed until its promotion} */
    PostgresNode primary();

    /** Lets the primary wait for this standby from now on; returns when it does. */
    void makeSynchronous();

    /** Lets the primary wait for nobody. Those who wait now go on, as if the standby had answered. */
    void asynchronous();

    /** Returns when all that the primary had acknowledged at the call is on this standby's disk and visible here. */
    void awaitCaughtUp();

    /**
     * Ends the following: returns when this server takes writes, on a timeline of its own. Whether the old primary is dead is for
     * the test to see to.
     */
    void promote();

    /**
     * {@return a JDBC URL of both servers that leads to the one that takes writes: what an application is configured with, so that
     * it finds its database after a failover}
     *
     * <p>The driver's memory of who was the primary is shortened from 10 s to 1 s.
     */
    default String failoverUrl() {
        String ownAddress = jdbcUrl().replaceFirst("^jdbc:postgresql://([^/]*)/.*$", "$1");
        return primary().jdbcUrl().replaceFirst("/([^/]*)$", "," + ownAddress + "/$1")
                + "?targetServerType=primary&hostRecheckSeconds=1";
    }

    /** Ends the standby for good and deletes its data. A primary that runs waits for it no longer and keeps nothing for it. */
    @Override
    void close();
}
