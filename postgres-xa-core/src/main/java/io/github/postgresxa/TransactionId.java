package io.github.postgresxa;

import java.security.SecureRandom;
import java.util.UUID;
import java.util.regex.Pattern;

/**
 * The id of one global transaction over PostgreSQL nodes: 128 random bits, written like a UUID. It is the {@code gtrid}
 * column of its decision row and a part of the gid of each of its prepared branches.
 *
 * <p>It is never derived from the transaction manager's own identifier, so two managers with the same name cannot
 * collide.
 *
 * @param value the 128 bits
 */
public record TransactionId(UUID value) {

    private static final SecureRandom RANDOM = new SecureRandom();

    private static final Pattern TEXT = Pattern.compile("[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}");

    /** {@return a new unique id} */
    public static TransactionId random() {
        byte[] bits = new byte[2 * Long.BYTES];
        RANDOM.nextBytes(bits); // One call of the generator, whose digest costs more than all else here.
        return new TransactionId(new UUID(number(bits, 0), number(bits, Long.BYTES)));
    }

    private static long number(byte[] bits, int from) {
        long number = 0;
        for (int i = from; i < from + Long.BYTES; i++) {
            number = number << Byte.SIZE | bits[i] & 0xff;
        }
        return number;
    }

    /**
     * Reads an id from its text, exactly as {@link #toString()} writes it.
     *
     * @param text 36 characters, lower case
     * @return the id
     * @throws IllegalArgumentException if the text has another form
     */
    public static TransactionId parse(String text) {
        if (!TEXT.matcher(text).matches()) {
            throw new IllegalArgumentException(
                    "not a transaction id: expected 32 lower-case hexadecimal digits in five groups, as pgxa.decision"
                            + " shows it");
        }
        return new TransactionId(UUID.fromString(text));
    }

    @Override
    public String toString() {
        return value.toString();
    }
}
