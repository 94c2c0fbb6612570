package io.github.postgresxa.transaction;

import io.github.postgresxa.HomeReason;
import io.github.postgresxa.branch.Branch;
import io.github.postgresxa.branch.VerbResult;
import io.github.postgresxa.branch.Vote;
import io.github.postgresxa.gid.Participant;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The branches' votes, taken from all at once.
 *
 * @param writers branches that have something to commit, the home first; empty if no branch wrote
 * @param homeReason why the first writer is the home
 * @param readers branches that only read. They are ended after the decision: their locks last until then, and a NOTIFY
 *     does not announce what rolls back later
 * @param problem why the transaction can only be rolled back, or null
 */
record Votes(
        List<Branch> writers,
        HomeReason homeReason,
        List<Branch> readers,
        @Nullable SQLException problem) {

    static final Votes NONE = rejected(null);

    /** {@return no votes, because the transaction can only be rolled back} */
    static Votes rejected(@Nullable SQLException problem) {
        return new Votes(List.of(), HomeReason.FIRST_USED, List.of(), problem);
    }

    /**
     * Takes the votes.
     *
     * @param form what the caller waits for; of a subordinate every writer's xid has to be known
     * @param homes chooses the home
     */
    static Votes take(List<Branch> branches, Parallel parallel, HomeChoice.Form form, HomeChoice homes) {
        boolean withXids = form == HomeChoice.Form.SUBORDINATE;
        if (!withXids && !allBeginReadOnly(branches) && allShowedWrites(branches)) {
            return ofWriters(branches, List.of(), form, homes);
        }
        List<Branch> writers = new ArrayList<>();
        List<Branch> readers = new ArrayList<>();
        SQLException problem = null;
        for (Cast cast : casts(branches, parallel, withXids)) {
            if (cast.problem != null) {
                problem = cast.problem;
            } else if (cast.vote == Vote.WROTE) {
                writers.add(cast.branch);
            } else if (cast.vote == Vote.READ && !cast.ended) {
                readers.add(cast.branch);
            }
        }
        if (problem != null || writers.isEmpty()) {
            return new Votes(writers, HomeReason.FIRST_USED, readers, problem);
        }
        return ofWriters(writers, readers, form, homes);
    }

    private static Votes ofWriters(List<Branch> writers, List<Branch> readers, HomeChoice.Form form, HomeChoice homes) {
        HomeChoice.Home home = homes.choose(knownFirst(writers), form);
        return new Votes(homeFirst(writers, home.branch()), home.reason(), readers, null);
    }

    /** {@return whether no vote has to be asked for: the usual case} */
    private static boolean allShowedWrites(List<Branch> branches) {
        for (Branch branch : branches) {
            if (!branch.showedWrite()) {
                return false;
            }
        }
        return !branches.isEmpty();
    }

    /**
     * Takes each vote. If every branch is READ ONLY, no decision follows: the question and the end are one step, and
     * the server's answer counts in the end. Otherwise a vote that is known needs no thread.
     */
    private static List<Cast> casts(List<Branch> branches, Parallel parallel, boolean withXids) {
        List<Cast> casts = new ArrayList<>(branches.size());
        if (!withXids && allBeginReadOnly(branches)) {
            return parallel.quick(branches, Votes::askAndEnd);
        }
        List<Branch> toAsk = new ArrayList<>(branches.size());
        for (Branch branch : branches) {
            if (withXids || !branch.showedWrite()) {
                toAsk.add(branch);
            } else {
                casts.add(ask(branch, false));
            }
        }
        casts.addAll(parallel.quick(toAsk, b -> ask(b, withXids)));
        return casts;
    }

    private static boolean allBeginReadOnly(List<Branch> branches) {
        for (Branch branch : branches) {
            if (!branch.beginsReadOnly()) {
                return false;
            }
        }
        return true;
    }

    private static Cast askAndEnd(Branch branch) {
        try {
            return branch.endIfReadOnly() ? new Cast(branch, Vote.READ, true, null) : ask(branch, false);
        } catch (SQLException e) {
            return new Cast(branch, Vote.WROTE, false, e);
        }
    }

    private static Cast ask(Branch branch, boolean withXids) {
        try {
            Vote vote = withXids ? branch.voteWithXid() : branch.vote();
            if (vote != Vote.READ || !branch.serializable()) {
                return new Cast(branch, vote, false, null);
            }
            VerbResult answer =
                    // A serializable reader's COMMIT can still fail, so it comes before the decision.
                    branch.commit();
            return new Cast(branch, vote, true, answer.problem());
        } catch (SQLException e) {
            return new Cast(branch, Vote.WROTE, false, e);
        }
    }

    /**
     * Prefers a branch whose xid is known because it was queried. With the xid, a late question after a lost reply has
     * a certain answer.
     */
    private static List<Branch> knownFirst(List<Branch> writers) {
        for (Branch writer : writers) {
            if (writer.xid() != null) {
                return homeFirst(writers, writer);
            }
        }
        return writers;
    }

    private static List<Branch> homeFirst(List<Branch> writers, Branch home) {
        if (writers.get(0) == home) {
            return writers;
        }
        List<Branch> ordered = new ArrayList<>(writers);
        ordered.remove(home);
        ordered.add(0, home);
        return ordered;
    }

    /** {@return prepared branches as the decision row names them} */
    static List<Participant> participants(List<Branch> prepared) {
        List<Participant> named = new ArrayList<>(prepared.size());
        for (Branch branch : prepared) {
            named.add(branch.asParticipant());
        }
        return named;
    }

    /**
     * Names the branches if not every PREPARE was answered. An xid that only the vote has shown is marked.
     *
     * @param asked branches
     * @param answers each branch's answer to its PREPARE
     * @return the branches as a row A names them
     */
    static List<Participant> participants(List<Branch> asked, List<VerbResult> answers) {
        List<Participant> named = new ArrayList<>(asked.size());
        for (int i = 0; i < asked.size(); i++) {
            Participant participant = asked.get(i).asParticipant();
            named.add(answers.get(i).done() ? participant : participant.unconfirmed());
        }
        return named;
    }

    Branch home() {
        return writers.get(0);
    }

    List<Branch> others() {
        return writers.subList(1, writers.size());
    }

    private record Cast(
            Branch branch,
            Vote vote,
            boolean ended,
            @Nullable SQLException problem) {}
}
