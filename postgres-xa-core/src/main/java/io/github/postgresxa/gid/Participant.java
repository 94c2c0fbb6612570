package io.github.postgresxa.gid;

/**
 * A prepared branch, as the decision row names it.
 *
 * @param identity its node
 * @param xid its transaction id there
 * @param incarnation the server's incarnation within which that xid means something, with a mark if the xid is not
 *     {@linkplain #isConfirmed confirmed}
 */
public record Participant(NodeIdentity identity, long xid, String incarnation) {

    /** Stands where nobody knew the incarnation; then the xid tells nothing of how the branch ended. */
    public static final String UNKNOWN_INCARNATION = "-";

    /** Follows the incarnation of an xid that is not confirmed. An older release reads another incarnation, and keeps the row. */
    private static final String NOT_CONFIRMED = "?";

    /**
     * {@return the same for a branch whose PREPARE was not answered} Its xid is known from the vote, and a vote flushes
     * nothing: after a crash the server assigns the xid again to another transaction, in the same incarnation.
     */
    public Participant unconfirmed() {
        return isConfirmed() ? new Participant(identity, xid, incarnation + NOT_CONFIRMED) : this;
    }

    /** {@return whether the xid can only be this branch's within the incarnation} */
    public boolean isConfirmed() {
        return !incarnation.endsWith(NOT_CONFIRMED);
    }
}
