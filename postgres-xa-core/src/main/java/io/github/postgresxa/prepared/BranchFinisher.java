package io.github.postgresxa.prepared;

import io.github.postgresxa.node.Reply;
import io.github.postgresxa.node.Wire;
import java.sql.SQLException;

/** Carries out a verdict on a branch: COMMIT PREPARED or ROLLBACK PREPARED. */
public final class BranchFinisher {

    private BranchFinisher() {}

    /** What happened. */
    public enum Result {
        /** This call finished the branch. */
        FINISHED,
        /** It is not listed any more: another process was faster. */
        GONE,
        /** Another session holds it at this moment: try again later. */
        BUSY
    }

    /**
     * Finishes a branch. Call it only after the decision.
     *
     * @param wire a wire to the branch's node
     * @param branch the branch
     * @param verdict commit; anything else rolls back
     * @return what happened
     * @throws SQLException if the node refused or did not answer
     */
    public static Result finish(Wire wire, PreparedBranch branch, Verdict verdict) throws SQLException {
        String verb = verdict == Verdict.COMMIT ? "COMMIT PREPARED" : "ROLLBACK PREPARED";
        String sql = verb + " '" + branch.gid().text() + "'";
        Reply reply = wire.send(sql);
        // Only the owner may finish it; a member of the owner can become it.
        if (reply.sqlState().equals("42501")) {
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
