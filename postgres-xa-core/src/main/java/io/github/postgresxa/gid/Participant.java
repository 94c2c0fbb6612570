package io.github.postgresxa.gid;

/**
 * A prepared branch, as the decision row names it.
 *
 * @param identity its node
 * @param xid its transaction id there
 * @param incarnation the server's incarnation within which that xid means something
 */
public record Participant(NodeIdentity identity, long xid, String incarnation) {

    /** Stands where nobody knew the incarnation; then the xid tells nothing of how the branch ended. */
    public static final String UNKNOWN_INCARNATION = "-";
}
