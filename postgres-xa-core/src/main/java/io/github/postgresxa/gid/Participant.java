package io.github.postgresxa.gid;

/**
 * A prepared branch, in the form of the decision row.
 *
 * @param identity its node
 * @param xid its transaction id there; {@link Xid8#UNKNOWN} if nothing has shown it
 * @param incarnation the server's incarnation within which that xid has a meaning, with a mark if the xid is not
 *     {@linkplain #isConfirmed confirmed}
 */
public record Participant(NodeIdentity identity, Xid8 xid, String incarnation) {

    /** The incarnation of a branch if it was not known; the xid then does not show how the branch ended. */
    public static final String UNKNOWN_INCARNATION = "-";

    /**
     * Follows the incarnation of an xid that is not confirmed. An older release sees a different incarnation, and keeps
     * the row.
     */
    private static final String NOT_CONFIRMED = "?";

    /**
     * {@return this participant for a branch whose PREPARE was not answered} Its xid is known from the vote, and a vote
     * flushes nothing: after a crash, the server assigns the xid to another transaction in the same incarnation.
     */
    public Participant unconfirmed() {
        return isConfirmed() ? new Participant(identity, xid, incarnation + NOT_CONFIRMED) : this;
    }

    /** {@return whether the xid can only be this branch's within the incarnation} */
    public boolean isConfirmed() {
        return !incarnation.endsWith(NOT_CONFIRMED);
    }
}
