package io.github.postgresxa.transaction;

import io.github.postgresxa.branch.VerbResult;
import io.github.postgresxa.decision.Tables;
import io.github.postgresxa.node.Session;
import java.sql.SQLException;
import org.postgresql.util.PSQLException;
import org.postgresql.util.ServerErrorMessage;

/** Explains why a home that has nothing to commit cannot keep the decision; the server's error only names a column. */
final class DecisionRefusal {

    private static final String NOT_NULL = "23502";

    private DecisionRefusal() {}

    /**
     * Adds a reason to a refused decision.
     *
     * @param home the home's session
     * @param answer the answer to the decision
     * @return the same answer, with a reason and an action
     */
    static VerbResult explain(Session home, VerbResult answer) {
        SQLException problem = answer.problem();
        if (answer.kind() != VerbResult.Kind.REFUSED || problem == null || !lacksItsXid(problem)) {
            return answer;
        }
        String why = home.isDirect()
                ? "A foreign table, a view with an INSTEAD OF trigger, MOVE, or a cursor WITH HOLD does that. Let the"
                        + " transaction write to a table of this node, too; or make another node the home"
                        + " (postgres.xa.decision.home); or do that work in a separate transaction"
                : "A foreign table, a view with an INSTEAD OF trigger, MOVE, or a cursor WITH HOLD does that, and so"
                        + " does a pooler that leads to another database than before";
        return VerbResult.refused(new SQLException(
                ("node '%s' reported written rows, but assigned its transaction no ID, so it cannot keep the"
                                + " decision. %s")
                        .formatted(home.node().name(), why),
                problem.getSQLState(),
                problem));
    }

    private static boolean lacksItsXid(SQLException problem) {
        ServerErrorMessage message = problem instanceof PSQLException e ? e.getServerErrorMessage() : null;
        return NOT_NULL.equals(problem.getSQLState())
                && message != null
                && Tables.DECISION.equals(message.getTable())
                && Tables.XID.equals(message.getColumn());
    }
}
