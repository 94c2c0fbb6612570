package io.github.postgresxa.node;

import io.github.postgresxa.gid.NodeIdentity;

/**
 * What a session has found out about the server's end of it. Asked once per physical connection: it stays as long as that does.
 *
 * @param identity the identity of the database
 * @param incarnation the server's incarnation
 * @param direct whether the server itself answers. With a pooler in between, the next transaction could be another server's
 * @param appliesRemotely whether its commits wait until a standby shows them ({@code synchronous_commit=remote_apply})
 */
public record ServerIdentity(NodeIdentity identity, String incarnation, boolean direct, boolean appliesRemotely) {

    /**
     * @param identity the identity of the database
     * @param facts what its server says of itself over this connection
     * @param wire the connection
     * @return both together
     */
    public static ServerIdentity of(NodeIdentity identity, ServerFacts facts, Wire wire) {
        return new ServerIdentity(
                identity,
                facts.incarnation(),
                facts.backend() == wire.backend(), // A pooler gives out numbers of its own.
                facts.synchronousCommit().equals("remote_apply"));
    }
}
