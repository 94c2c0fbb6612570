package io.github.postgresxa.manager.nodelog;

import io.github.postgresxa.Outcome;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/**
 * What became of a decision to commit.
 *
 * @param outcome committed: the row is there; rolled back: there is none, nor will there be; unknown
 * @param problem why it is not committed; else null
 */
public record Decided(Outcome outcome, @Nullable SQLException problem) {

    static final Decided COMMITTED = new Decided(Outcome.COMMITTED, null);

    static Decided rolledBack(SQLException problem) {
        return new Decided(Outcome.ROLLED_BACK, problem);
    }

    static Decided unknown(SQLException problem) {
        return new Decided(Outcome.UNKNOWN, problem);
    }

    /** {@return why it is not committed, for people} */
    public String why() {
        return String.valueOf(problem == null ? null : problem.getMessage());
    }
}
