package io.github.postgresxa.decision;

import org.jspecify.annotations.Nullable;

/**
 * A fence's answer.
 *
 * @param standing the row that stands
 * @param mark the highest home xid of any deleted C row, null if none was ever deleted
 */
public record Fence(Decision standing, @Nullable Long mark) {

    /**
     * Whether "no C row" proves that the home's transaction was rolled back. Below the mark a C row may have been carried out and
     * deleted in the meantime.
     *
     * @param homeXid the home's xid, null if it is not known
     * @return whether an A row tells the asker's own outcome
     */
    public boolean provesRollback(@Nullable Long homeXid) {
        return mark == null || (homeXid != null && Long.compareUnsigned(homeXid, mark) > 0);
    }
}
