package io.github.postgresxa.recovery;

import io.github.postgresxa.node.Burst;
import io.github.postgresxa.node.Reply;
import java.sql.SQLException;
import org.postgresql.core.BaseConnection;

/** Carries a verdict out on a branch: COMMIT PREPARED or ROLLBACK PREPARED. */
final class Finisher {

    private Finisher() {}

    /** What came of it. */
    enum Result {
        /** The branch is finished, by us. */
        FINISHED,
        /** It is not listed any more: somebody else was faster. */
        GONE,
        /** Another session is busy with it at this moment: next time. */
        BUSY
    }

    static Result finish(BaseConnection connection, PreparedBranch branch, Verdict verdict) throws SQLException {
        String verb = verdict == Verdict.COMMIT ? "COMMIT PREPARED" : "ROLLBACK PREPARED";
        String sql = verb + " '" + branch.gid().text() + "'";
        Reply reply = Burst.send(connection, sql);
        if (reply.sqlState().equals("42501")) { // Only the owner may finish it; a member of the owner can become it.
            Burst.send(connection, "set role \"" + branch.owner().replace("\"", "\"\"") + "\"")
                    .orThrow();
            reply = Burst.send(connection, sql);
            Burst.send(connection, "reset role").orThrow();
        }
        return switch (reply.sqlState()) {
            case "42704" -> Result.GONE;
            case "55000" -> Result.BUSY;
            default -> {
                reply.orThrow();
                yield Result.FINISHED;
            }
        };
    }
}
