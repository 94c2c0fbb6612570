package io.github.postgresxa.simulation;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A row of the decision table. */
record Row(
        String gtrid,
        String outcome,
        @Nullable Long xid,
        List<String> participants,
        List<String> xids,
        List<String> incarnations) {

    boolean isCommit() {
        return outcome.equals("C");
    }

    /** The columns in the order in which the log asks for them. */
    List<@Nullable String> columns(String... more) {
        List<@Nullable String> columns = new ArrayList<>(List.of(
                gtrid,
                outcome,
                String.join(",", participants),
                String.join(",", xids),
                String.join(",", incarnations)));
        columns.addAll(List.of(more));
        return columns;
    }
}
