package io.github.postgresxa;

import org.jspecify.annotations.Nullable;

/**
 * The role that finishes what others began and deletes decisions that nobody needs any more, where it is not the role for work. Then the
 * application's own role may not delete or change a decision.
 *
 * <p>It has to be a member of the role for work, because only the owner of a prepared transaction may finish it.
 *
 * @param username the role
 * @param password its password, or null if the server asks for none
 */
public record RecoveryRole(String username, @Nullable String password) {

    /** {@return the role's name only} */
    @Override
    public String toString() {
        return username;
    }
}
