package io.github.postgresxa;

import org.jspecify.annotations.Nullable;

/**
 * A role for recovery, separate from the role for work. It finishes what other processes began and deletes decisions
 * that are no longer needed. With it, the application's role needs no right to delete or change a decision.
 *
 * <p>It has to be a member of the role for work, because only the owner of a prepared transaction may finish it.
 *
 * @param username the role
 * @param password its password, or null if the server needs none
 */
public record RecoveryRole(String username, @Nullable String password) {

    /** {@return the role's name only, never the password} */
    @Override
    public String toString() {
        return username;
    }
}
