package io.github.postgresxa.gid;

import javax.transaction.xa.Xid;

/**
 * Whether a transaction manager's identifier leaves room in the name of a prepared branch. That is known as soon as the
 * identifier is, long before anything is prepared.
 */
public final class NameLength {

    /** "WASD", of WebSphere and Liberty. */
    private static final int LIBERTY = 0x57415344;

    /** Everything in the name but the manager's two parts: "pgxa/2/", the id, two nodes, the format, separators. */
    private static final int REST = "pgxa/2/".length() + 36 + 1 + 16 + 1 + 16 + 1 + 8 + 1 + 1;

    private NameLength() {}

    /** {@return whether PostgreSQL accepts the names of branches that carry this identifier} */
    public static boolean fits(Xid xid) {
        return of(xid) <= Gid.LIMIT;
    }

    /** {@return the length of the name of a branch that carries this identifier, in bytes} */
    public static int of(Xid xid) {
        return REST + base64(xid.getGlobalTransactionId().length) + base64(xid.getBranchQualifier().length);
    }

    private static int base64(int bytes) {
        return (4 * bytes + 2) / 3;
    }

    /**
     * Says what is too long, and what to do.
     *
     * @param xid an identifier that does not fit
     * @return whole sentences for people
     */
    public static String problem(Xid xid) {
        return ("the transaction manager's identifier (%d + %d bytes) makes the name of a prepared branch %d bytes"
                        + " long, and PostgreSQL takes %d. %s")
                .formatted(
                        xid.getGlobalTransactionId().length,
                        xid.getBranchQualifier().length,
                        of(xid),
                        Gid.LIMIT,
                        remedy(xid));
    }

    private static String remedy(Xid xid) {
        int room = 3 * (Gid.LIMIT - REST - base64(xid.getBranchQualifier().length)) / 4;
        return switch (xid.getFormatId()) {
            case ManagerIds.NARAYANA ->
                "Shorten the node identifier of Narayana, from %d bytes to at most %d."
                        .formatted(
                                xid.getGlobalTransactionId().length - ManagerIds.NARAYANA_UID,
                                room - ManagerIds.NARAYANA_UID);
            case LIBERTY ->
                "Liberty's identifiers always have this length: do not use another resource and the nodes in one"
                        + " transaction there.";
            default ->
                "Let the manager's global identifier have at most %d bytes, if its names can be configured."
                        .formatted(room);
        };
    }
}
