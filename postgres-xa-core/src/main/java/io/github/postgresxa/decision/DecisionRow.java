package io.github.postgresxa.decision;

import io.github.postgresxa.TransactionId;
import io.github.postgresxa.gid.NodeIdentity;
import io.github.postgresxa.gid.Participant;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads a row of the decision log from its text. */
final class DecisionRow {

    /** The columns that every query on the log gives. */
    static final int COLUMNS = 6;

    private DecisionRow() {}

    static Decision read(List<@Nullable String> row) throws SQLException {
        String[] identities = split(row.get(2));
        String[] xids = split(row.get(3));
        String[] incarnations = split(row.get(4));
        if (xids.length != identities.length || incarnations.length != identities.length) {
            throw new SQLException(
                    "the decision row of " + row.get(0) + " does not fit together; it was not written by us");
        }
        List<Participant> participants = new ArrayList<>(identities.length);
        for (int i = 0; i < identities.length; i++) {
            participants.add(
                    new Participant(new NodeIdentity(identities[i]), Long.parseUnsignedLong(xids[i]), incarnations[i]));
        }
        return new Decision(
                TransactionId.parse(String.valueOf(row.get(0))),
                Decision.Verb.of(String.valueOf(row.get(1))),
                participants);
    }

    private static String[] split(@Nullable String list) {
        return list == null || list.isEmpty() ? new String[0] : list.split(",", -1);
    }
}
