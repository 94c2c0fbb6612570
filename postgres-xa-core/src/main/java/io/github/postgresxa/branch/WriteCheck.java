package io.github.postgresxa.branch;

import io.github.postgresxa.gid.Xid8;
import io.github.postgresxa.node.Reply;
import java.sql.SQLException;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.postgresql.core.TransactionState;

/**
 * What the server says about a branch whose client saw no write.
 *
 * @param xid its transaction id there; null if it has none
 * @param serializable whether it runs at SERIALIZABLE, so that its COMMIT can fail although it wrote nothing
 * @param mayWriteAtCommit whether its session has a cursor whose query runs at COMMIT
 */
record WriteCheck(@Nullable Xid8 xid, boolean serializable, boolean mayWriteAtCommit) {

    private static final String DIVISION_BY_ZERO = "22012";

    /**
     * Fails, and with it what follows, if the branch owns an xid, or is no longer READ ONLY and might get an xid at its
     * COMMIT.
     */
    private static final String UNLESS_IT_WROTE = "select 1 operator(pg_catalog./)"
            + " (pg_catalog.pg_current_xact_id_if_assigned() is null and"
            + " pg_catalog.current_setting('transaction_read_only')"
            + " operator(pg_catalog.=) 'on')::pg_catalog.int4;\n";

    /**
     * Asks what a branch has to commit. COMMIT runs the query of a cursor WITH HOLD to its end, and that query may
     * write. So a session with such a cursor is no reader, although it owns no xid yet. (A cursor from an earlier
     * transaction is harmless; a clock could not tell them apart.)
     */
    private static final String QUESTION =
            "select pg_catalog.pg_current_xact_id_if_assigned(), pg_catalog.current_setting('transaction_isolation'),"
                    + " exists (select from pg_catalog.pg_cursor() as c where c.is_holdable)";

    static WriteCheck ask(SessionLease session) throws SQLException {
        List<@Nullable String> answer = session.ask(QUESTION).row();
        String assigned = answer.get(0);
        return new WriteCheck(
                assigned == null ? null : Xid8.parse(assigned),
                "serializable".equals(answer.get(1)),
                !"f".equals(answer.get(2)));
    }

    /**
     * Ends a branch unless it wrote or may write, in one round trip.
     *
     * @return whether it is ended; if not, it is unchanged
     * @throws SQLException if it cannot answer, or could not commit what it read
     */
    static boolean endUnlessItWrote(SessionLease session) throws SQLException {
        Reply reply = session.ask("savepoint pgxa;\n" + UNLESS_IT_WROTE + "commit");
        if (reply.sqlState().equals(DIVISION_BY_ZERO) && reply.state() == TransactionState.FAILED) {
            session.send("rollback to savepoint pgxa").orThrow();
            return false;
        }
        if (!reply.endedWith("COMMIT")) {
            throw reply.problem("COMMIT");
        }
        return true;
    }

    Vote vote() {
        return xid == null && !mayWriteAtCommit ? Vote.READ : Vote.WROTE;
    }
}
