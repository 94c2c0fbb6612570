package io.github.postgresxa.gid;

import java.math.BigInteger;
import java.security.SecureRandom;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The name of a transaction manager that this library starts: random, and never used by two processes. The manager
 * makes it a part of each identifier.
 *
 * @param text "pgxa" and 12 lower-case letters or digits
 */
public record ManagerName(String text) {

    private static final String PREFIX = "pgxa";

    /** As many letters of 36 have 62 bits. A longer name would not fit into the name of a prepared branch. */
    private static final int RANDOM_LETTERS = 12;

    private static final int RADIX = 36;
    private static final int RANDOM_BITS = 64;

    private static final Pattern PATTERN = Pattern.compile(PREFIX + "[0-9a-z]{" + RANDOM_LETTERS + "}");

    private static final SecureRandom RANDOM = new SecureRandom();

    /** Checks the form, because the text becomes part of SQL. */
    public ManagerName {
        if (!PATTERN.matcher(text).matches()) {
            throw new IllegalArgumentException("not the name of an embedded transaction manager");
        }
    }

    /** {@return a name that no manager has ever had} */
    public static ManagerName random() {
        String letters = new BigInteger(RANDOM_BITS, RANDOM).toString(RADIX);
        return new ManagerName(
                PREFIX + "0".repeat(RANDOM_LETTERS).concat(letters).substring(letters.length()));
    }

    /**
     * Parses a name.
     *
     * @param text a possible name
     * @return the name; empty if the text has another form
     */
    public static Optional<ManagerName> parse(String text) {
        return PATTERN.matcher(text).matches() ? Optional.of(new ManagerName(text)) : Optional.empty();
    }

    @Override
    public String toString() {
        return text;
    }
}
