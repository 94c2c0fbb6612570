package io.github.postgresxa.decision;

import io.github.postgresxa.TransactionId;
import io.github.postgresxa.gid.NodeIdentity;
import io.github.postgresxa.gid.Participant;
import io.github.postgresxa.gid.Xid8;
import io.github.postgresxa.log.Sanitizer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A row of the decision log, readable or not. A row that was written or changed by hand may be impossible to
 * understand. It is a row anyway: that it exists and what it says are two questions, and the second one may fail, for
 * this row alone.
 */
public final class DecisionRow {

    /** What the server writes for an element that is NULL. */
    static final String NULL_ELEMENT = "?";

    private static final int SHOWN = 80;

    private final String gtrid;
    private final @Nullable Decision decision;
    private final String problem;

    private DecisionRow(String gtrid, @Nullable Decision decision, String problem) {
        this.gtrid = gtrid;
        this.decision = decision;
        this.problem = problem;
    }

    /** Reads a row of {@link LogSql#select}. */
    static DecisionRow of(List<@Nullable String> row) {
        String gtrid = String.valueOf(row.get(0));
        try {
            return new DecisionRow(gtrid, parse(gtrid, row), "");
        } catch (IllegalArgumentException e) {
            return new DecisionRow(gtrid, null, String.valueOf(e.getMessage()));
        }
    }

    private static Decision parse(String gtrid, List<@Nullable String> row) {
        String[] identities = split(row.get(2));
        String[] xids = split(row.get(3));
        String[] incarnations = split(row.get(4));
        if (xids.length != identities.length || incarnations.length != identities.length) {
            throw new IllegalArgumentException("it names %d participants, %d xids and %d incarnations"
                    .formatted(identities.length, xids.length, incarnations.length));
        }
        List<Participant> participants = new ArrayList<>(identities.length);
        for (int i = 0; i < identities.length; i++) {
            participants.add(participant(i + 1, identities[i], xids[i], incarnations[i]));
        }
        return new Decision(TransactionId.parse(gtrid), Decision.Kind.of(String.valueOf(row.get(1))), participants);
    }

    private static Participant participant(int number, String identity, String xid, String incarnation) {
        try {
            if (incarnation.equals(NULL_ELEMENT)) {
                throw new IllegalArgumentException("it has no incarnation");
            }
            return new Participant(new NodeIdentity(identity), Xid8.parse(xid), incarnation);
        } catch (IllegalArgumentException e) {
            // Includes a malformed number.
            throw new IllegalArgumentException(
                    "participant %d ('%s', xid '%s') cannot be one: %s"
                            .formatted(number, shown(identity), shown(xid), e.getMessage()),
                    e);
        }
    }

    private static String shown(String text) {
        return Sanitizer.oneLine(text.length() > SHOWN ? text.substring(0, SHOWN) + "..." : text);
    }

    private static String[] split(@Nullable String list) {
        return list == null || list.isEmpty() ? new String[0] : list.split(",", -1);
    }

    /** {@return the transaction that it settles; empty if even that cannot be read} */
    Optional<TransactionId> transaction() {
        try {
            return Optional.of(TransactionId.parse(gtrid));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /** {@return its key, for people} */
    public String gtrid() {
        return shown(gtrid);
    }

    /** {@return whether it can be read} */
    public boolean isReadable() {
        return decision != null;
    }

    /** {@return whether it can be read, and says commit} */
    public boolean isCommit() {
        return decision != null && decision.kind() == Decision.Kind.COMMIT;
    }

    /**
     * Reads what the row says.
     *
     * @return the decision
     * @throws UnreadableRowException if it cannot be understood: then its transaction is in doubt
     */
    public Decision read() throws UnreadableRowException {
        if (decision == null) {
            throw new UnreadableRowException(
                    ("the decision row %s cannot be read: %s. It was not written by this project's code, and is"
                                    + " neither obeyed nor deleted. Find out what was decided from the data and"
                                    + " from who changed the row, correct the row in the table \"decision\" of the"
                                    + " home, or settle the transaction by hand")
                            .formatted(gtrid(), problem));
        }
        return decision;
    }
}
