package io.github.postgresxa.gid;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;
import javax.transaction.xa.Xid;

/** What the identifiers tell that the embedded managers give. Of others, nothing is known. */
public final class ManagerIds {

    private static final int ATOMIKOS = 0x41544f4d;

    /** Characters behind the manager's name in an identifier of Atomikos: 13 digits of time and 5 of a counter. */
    public static final int ATOMIKOS_COUNTER = 18;

    static final int NARAYANA = 131077;
    static final int NARAYANA_UID = 28;

    private ManagerIds() {}

    /**
     * Finds out which manager has begun a transaction.
     *
     * @param xid of one of its branches
     * @return the manager; empty if it is not one that this library has started
     */
    public static Optional<ManagerName> manager(Xid xid) {
        byte[] id = xid.getGlobalTransactionId();
        return switch (xid.getFormatId()) {
            case ATOMIKOS -> name(id, 0, id.length - ATOMIKOS_COUNTER);
            case NARAYANA -> name(id, NARAYANA_UID, id.length);
            default -> Optional.empty();
        };
    }

    private static Optional<ManagerName> name(byte[] id, int from, int to) {
        return from < to && to <= id.length
                ? ManagerName.parse(new String(id, from, to - from, StandardCharsets.ISO_8859_1))
                : Optional.empty();
    }

    /** {@return a transaction's global identifier, as it is written down} */
    public static String transaction(Xid xid) {
        return transaction(xid.getGlobalTransactionId());
    }

    /**
     * Spells a global identifier.
     *
     * @param globalId a transaction's global identifier
     * @return as it is written down
     */
    public static String transaction(byte[] globalId) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(globalId);
    }
}
