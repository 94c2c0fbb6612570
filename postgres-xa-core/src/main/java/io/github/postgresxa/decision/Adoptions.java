package io.github.postgresxa.decision;

import io.github.postgresxa.gid.NodeIdentity;
import io.github.postgresxa.node.Burst;
import io.github.postgresxa.node.Durability;
import io.github.postgresxa.node.Reply;
import io.github.postgresxa.node.Wire;
import java.sql.SQLException;

/**
 * Gives a copied or moved database an identity that belongs to it. Only an operator can order it: nothing here can see
 * which of the two it is.
 */
public final class Adoptions {

    private final IdentitySql sql;

    /**
     * Creates the changes for one schema.
     *
     * @param schema the schema's checked name
     */
    public Adoptions(String schema) {
        this.sql = new IdentitySql(schema);
    }

    /**
     * Adopts a copy: it gets a new identity, bound to it, and an empty log. The rows in its log were decided for the
     * original.
     *
     * <p>Before: no session works there under the old identity. After: it can take part as a separate node, as soon as
     * this is {@link #commit committed}.
     *
     * @param wire a wire to the copy, outside a transaction
     * @param seen what was found there; if it is anything else by now, nothing is done
     * @return the new identity; the transaction is open
     * @throws SQLException if nothing was done
     */
    public NodeIdentity copy(Wire wire, DatabaseLocation seen) throws SQLException {
        return adopt(wire, sql.newIdentity(seen), sql.emptied());
    }

    /**
     * Adopts a moved database whose original is gone: it keeps its identity, its log and its marks, bound to its
     * present place.
     *
     * @param wire a wire to the database, outside a transaction
     * @param seen what was found there; if it is anything else by now, nothing is done
     * @return the identity; the transaction is open
     * @throws SQLException if nothing was done
     */
    public NodeIdentity moved(Wire wire, DatabaseLocation seen) throws SQLException {
        return adopt(wire, sql.bindHere(seen), sql.recount());
    }

    private NodeIdentity adopt(Wire wire, String change, String more) throws SQLException {
        Reply changed = wire.send(change).orThrow();
        if (!changed.tags().contains("UPDATE 1")) {
            wire.send("rollback").orThrow();
            throw new SQLException("it has changed since it was read; nothing was done");
        }
        Burst burst = new Burst().then(more).then(LogQuery.IDENTITY, sql.identityQuery());
        return new NodeIdentity(String.valueOf(
                wire.send(burst.text()).row(burst, LogQuery.IDENTITY).get(0)));
    }

    /**
     * Commits an adoption.
     *
     * @param wire the wire with its open transaction
     * @throws SQLException if it was not done; an {@link UnconfirmedCommitException} if that is not known
     */
    public void commit(Wire wire) throws SQLException {
        Reply reply = wire.send(Durability.BARRIER + "commit");
        if (!reply.endedWith("COMMIT")) {
            throw UnconfirmedCommitException.of(reply, "the new identity");
        }
    }
}
