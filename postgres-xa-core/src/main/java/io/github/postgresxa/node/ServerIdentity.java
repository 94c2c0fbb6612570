package io.github.postgresxa.node;

import io.github.postgresxa.gid.NodeIdentity;

/**
 * What a session knows about the server at its other end. It is queried once per physical connection, because it cannot
 * change during its life.
 *
 * @param identity the identity of the database
 * @param incarnation the server's incarnation
 * @param direct whether the server itself answers; with a pooler in between, the next transaction could run on another
 *     server
 * @param appliesRemotely whether its commits wait until a standby shows them ({@code synchronous_commit=remote_apply})
 */
public record ServerIdentity(NodeIdentity identity, String incarnation, boolean direct, boolean appliesRemotely) {

    /**
     * Combines what a session has found out.
     *
     * @param identity the identity of the database
     * @param facts what its server says over this connection
     * @param wire the connection
     * @return the combination
     */
    public static ServerIdentity of(NodeIdentity identity, ServerFacts facts, Wire wire) {
        return new ServerIdentity(
                identity,
                facts.incarnation(),
                facts.backend() == wire.backend(), // A pooler reports its own process numbers.
                facts.synchronousCommit().equals("remote_apply"));
    }
}
