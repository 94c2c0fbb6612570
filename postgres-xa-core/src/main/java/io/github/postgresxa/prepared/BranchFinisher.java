package io.github.postgresxa.prepared;

import io.github.postgresxa.node.Reply;
import io.github.postgresxa.node.Wire;
import java.sql.SQLException;

/** Carries a verdict out on a branch: COMMIT PREPARED or ROLLBACK PREPARED. */
public final class BranchFinisher {

    private BranchFinisher() {}

    /** What came of it. */
    public enum Result {
        /** The branch is finished, by us. */
        FINISHED,
        /** It is not listed any more: somebody else was faster. */
        GONE,
        /** Another session is busy with it at this moment: next time. */
        BUSY
    }

    /**
     * Only after the decision that says so.
     *
     * @param wire a wire to the branch's node
     * @param branch the branch
     * @param verdict commit; anything else rolls back
     * @return what came of it
     * @throws SQLException if the node refused or did not answer
     */
    public static Result finish(Wire wire, PreparedBranch branch, Verdict verdict) throws SQLException {
        String verb = verdict == Verdict.COMMIT ? "COMMIT PREPARED" : "ROLLBACK PREPARED";
        String sql = verb + " '" + branch.gid().text() + "'";
        Reply reply = wire.send(sql);
        if (reply.sqlState().equals("42501")) { // Only the owner may finish it; a member of the owner can become it.
            wire.send("set role \"" + branch.owner().replace("\"", "\"\"") + "\"")
                    .orThrow();
            reply = wire.send(sql);
            wire.send("reset role").orThrow();
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
