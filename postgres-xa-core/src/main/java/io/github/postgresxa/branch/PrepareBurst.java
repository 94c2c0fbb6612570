package io.github.postgresxa.branch;

import io.github.postgresxa.gid.Roster;
import io.github.postgresxa.gid.Xid8;
import io.github.postgresxa.node.Burst;
import io.github.postgresxa.node.DefaultRole;
import io.github.postgresxa.node.Durability;
import io.github.postgresxa.node.Reply;
import io.github.postgresxa.node.Session;
import java.sql.SQLException;

/** What is sent to prepare a branch. It is the same each time but for the name, so its text is made once. */
final class PrepareBurst {

    /**
     * Precedes every verb that ends a transaction. On a session that has lost its transaction it fails. The verb alone
     * would end an empty transaction there and look like a success. (PostgreSQL 18 even prepares an empty one.)
     */
    static final String STILL_IN_TRANSACTION = "savepoint pgxa;\n" + Durability.SURE_ANSWER;

    private enum Part implements Burst.Name {
        XID
    }

    private static final PrepareBurst USUAL = new PrepareBurst(Durability.SET_ON);
    private static final PrepareBurst CAREFUL = new PrepareBurst(Durability.RAISE);

    private final Burst beginning;

    private PrepareBurst(String raise) {
        this.beginning = new Burst()
                .then(STILL_IN_TRANSACTION + DefaultRole.ASSUME + raise)
                .then(Part.XID, "select pg_catalog.pg_current_xact_id();\n");
    }

    /** {@return what is sent on a session} */
    static PrepareBurst on(Session session) {
        return session.raise().equals(Durability.SET_ON) ? USUAL : CAREFUL;
    }

    /**
     * Completes the text.
     *
     * @param gid the name, as a literal
     * @param roster what the branch shows once it is prepared
     */
    String text(String gid, Roster roster) {
        String verb = "prepare transaction " + gid;
        return roster.equals(Roster.NONE)
                ? beginning.textWith(verb)
                : beginning.textWith(roster.statement()).concat(verb);
    }

    /** {@return the xid of the branch that was prepared} */
    Xid8 xid(Reply reply) throws SQLException {
        return Xid8.parse(String.valueOf(reply.row(beginning, Part.XID).get(0)));
    }
}
