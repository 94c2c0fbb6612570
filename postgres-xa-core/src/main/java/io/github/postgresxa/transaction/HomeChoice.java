package io.github.postgresxa.transaction;

import io.github.postgresxa.CommitStep;
import io.github.postgresxa.HomeReason;
import io.github.postgresxa.InvalidConfigurationException;
import io.github.postgresxa.branch.Branch;
import io.github.postgresxa.log.Sanitizer;
import java.sql.SQLException;
import java.util.Collection;
import java.util.List;

/**
 * Chooses the home among the writers of a transaction. Any writer will do: the home is named in every branch's gid, and
 * nothing before the first PREPARE depends on which it is.
 */
public interface HomeChoice {

    /** The writer with which the commit is shortest, as far as that is known; otherwise the one that was used first. */
    String AUTO = "auto";

    /** Always the writer that was used first. */
    String FIRST_USED = "first-used";

    /**
     * Chooses.
     *
     * @param writers at least one, in the order of preference while nothing is known
     * @param form what the caller of the commit waits for
     * @return the home
     */
    Home choose(List<Branch> writers, Form form);

    /** What the caller of a commit waits for. */
    enum Form {
        /** The others' PREPARE, the decision, and the others' COMMIT PREPARED. */
        FINISHED,
        /** The others' PREPARE and the decision. */
        DECIDED,
        /** The PREPARE of all, the manager's decision at the home, and the COMMIT PREPARED of all. */
        SUBORDINATE
    }

    /**
     * Learns from what a node refused.
     *
     * @param step the step
     * @param branch the branch there
     * @param why the refusal
     */
    default void refused(CommitStep step, Branch branch, SQLException why) {
        // The next choice is the same.
    }

    /**
     * A choice.
     *
     * @param branch the home
     * @param reason why
     */
    record Home(Branch branch, HomeReason reason) {}

    /**
     * Creates the choice that a configuration asks for.
     *
     * @param value {@link #AUTO}, {@link #FIRST_USED}, or the name of a node, which then is the home of every
     *     transaction that writes there
     * @param nodes the configured names
     * @return the choice
     * @throws InvalidConfigurationException if there is no such node
     */
    static HomeChoice of(String value, Collection<String> nodes) {
        if (value.isBlank() || value.equals(AUTO)) {
            return new MeasuredHome(null);
        }
        if (value.equals(FIRST_USED)) {
            return (writers, form) -> new Home(writers.get(0), HomeReason.FIRST_USED);
        }
        if (!nodes.contains(value)) {
            throw new InvalidConfigurationException(
                    "The home '%s' is none of the nodes %s.".formatted(Sanitizer.escaped(value), nodes),
                    ("Set postgres.xa.decision.home, or PostgresXa.builder().home(…), to the name of a node, to '%s' or"
                                    + " to '%s'.")
                            .formatted(AUTO, FIRST_USED));
        }
        return new MeasuredHome(value);
    }
}
