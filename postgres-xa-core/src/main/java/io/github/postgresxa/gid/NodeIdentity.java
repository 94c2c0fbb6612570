package io.github.postgresxa.gid;

import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The random identity of one database, written once into its schema. Stored data refers to nodes by identity, never by
 * configured name, so that renaming or swapping nodes does no harm.
 *
 * @param text 16 lower-case hexadecimal digits
 */
public record NodeIdentity(String text) {

    static final String FORM = "[0-9a-f]{16}";

    private static final Pattern PATTERN = Pattern.compile(FORM);

    /** Checks the form, because the text becomes part of SQL. */
    public NodeIdentity {
        if (!PATTERN.matcher(text).matches()) {
            throw new IllegalArgumentException("not a node identity: expected 16 lower-case hexadecimal digits");
        }
    }

    /**
     * Parses an identity.
     *
     * @param text a possible identity
     * @return the identity; empty if the text has another form
     */
    public static Optional<NodeIdentity> parse(String text) {
        return PATTERN.matcher(text).matches() ? Optional.of(new NodeIdentity(text)) : Optional.empty();
    }

    /** Written out: it is called for each branch, and what a record generates costs several times as much. */
    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof NodeIdentity that && text.equals(that.text);
    }

    @Override
    public int hashCode() {
        return text.hashCode();
    }

    @Override
    public String toString() {
        return text;
    }
}
