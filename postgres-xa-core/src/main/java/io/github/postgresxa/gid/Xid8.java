package io.github.postgresxa.gid;

/**
 * A server's 64-bit number of a local transaction ({@code xid8}). It means one transaction only within one incarnation
 * of the server.
 *
 * @param value its bits; the number is unsigned
 */
public record Xid8(long value) implements Comparable<Xid8> {

    /** No transaction has this number: an xid that is not known. It is below every other. */
    public static final Xid8 UNKNOWN = new Xid8(0);

    /**
     * Parses an xid as the server writes it.
     *
     * @param text an unsigned decimal number
     * @return the xid
     * @throws NumberFormatException if the text is anything else
     */
    public static Xid8 parse(String text) {
        return new Xid8(Long.parseUnsignedLong(text));
    }

    /**
     * Completes an xid of which a view shows the lower 32 bits only. A transaction that runs or is prepared is never
     * 2^31 away from the present.
     *
     * @param lowerBits the xid as the view shows it
     * @return the xid of 64 bits that has these lower bits and is nearest to this one
     */
    public Xid8 nearest(String lowerBits) {
        return new Xid8(value + ((int) Long.parseLong(lowerBits) - (int) value));
    }

    /** {@return the lower 32 bits, as views and locks show them} */
    public String lowerBits() {
        return Long.toString(value & 0xffff_ffffL);
    }

    /**
     * Compares in the order in which the server assigns xids.
     *
     * @param other another xid of the same server
     * @return whether this one was assigned later
     */
    public boolean isAbove(Xid8 other) {
        return compareTo(other) > 0;
    }

    @Override
    public int compareTo(Xid8 other) {
        return Long.compareUnsigned(value, other.value);
    }

    /**
     * Selects the higher xid.
     *
     * @param one an xid
     * @param other another one
     * @return the higher one
     */
    public static Xid8 max(Xid8 one, Xid8 other) {
        return one.isAbove(other) ? one : other;
    }

    /**
     * Selects the lower xid.
     *
     * @param one an xid
     * @param other another one
     * @return the lower one
     */
    public static Xid8 min(Xid8 one, Xid8 other) {
        return one.isAbove(other) ? other : one;
    }

    @Override
    public String toString() {
        return Long.toUnsignedString(value);
    }
}
