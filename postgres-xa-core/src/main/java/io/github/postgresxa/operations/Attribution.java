package io.github.postgresxa.operations;

import io.github.postgresxa.gid.Gid;
import io.github.postgresxa.gid.ManagerXid;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The owner of a prepared transaction.
 *
 * @param owner who prepared it
 * @param instance the owner's own name, for example the transaction manager's node; empty if the identifier has none
 */
record Attribution(Owner owner, String instance) {

    private static final Pattern SUBSCRIPTION = Pattern.compile("pg_gid_(\\d+)_\\d+");
    private static final Pattern CITUS = Pattern.compile("citus_(\\d+)_\\d+_\\d+_\\d+");
    private static final Pattern UNPRINTABLE = Pattern.compile("[^\\x20-\\x7e]");

    /** The characters of a number and a moment that Atomikos appends to its own name. */
    private static final int ATOMIKOS_TAIL = 18;

    private static final int NARAYANA_UID = 28;
    private static final int HEADER = 8;

    static Attribution of(String gid) {
        if (gid.startsWith("pgxa/")) {
            return Gid.ours(gid)
                    .map(ours -> new Attribution(Owner.POSTGRES_XA, manager(ours)))
                    .orElseGet(() -> new Attribution(Owner.LIKE_POSTGRES_XA, ""));
        }
        Matcher subscription = SUBSCRIPTION.matcher(gid);
        if (subscription.matches()) {
            return new Attribution(Owner.LOGICAL_REPLICATION, "subscription " + subscription.group(1));
        }
        Matcher citus = CITUS.matcher(gid);
        if (citus.matches()) {
            return new Attribution(Owner.CITUS, "group " + citus.group(1));
        }
        return SpelledXid.of(gid)
                .map(xid -> ofFormat(xid.format(), xid.globalBytes()))
                .orElseGet(() -> new Attribution(Owner.UNKNOWN, ""));
    }

    /** {@return the name of the transaction manager that decides; empty if none does, or its name is not known} */
    static String manager(Gid gid) {
        ManagerXid xid = gid.manager();
        return xid == null
                ? ""
                : ofFormat(xid.getFormatId(), xid.getGlobalTransactionId()).instance();
    }

    private static Attribution ofFormat(long format, byte[] global) {
        if (format == 0x41544F4DL) {
            return new Attribution(Owner.ATOMIKOS, text(global, 0, global.length - ATOMIKOS_TAIL));
        }
        if (format == 131_072 || format == 131_077 || format == 131_080 || format == 131_081) {
            return new Attribution(Owner.NARAYANA, text(global, NARAYANA_UID, global.length));
        }
        if (format == 0x4A5453L) {
            return new Attribution(Owner.GLASSFISH, text(global, HEADER, global.length));
        }
        if (format == 0x4765526FL) {
            return new Attribution(Owner.TOMEE, text(global, HEADER, global.length));
        }
        if (format == 0x57415344L) {
            return new Attribution(Owner.LIBERTY, "");
        }
        if (format == 0x42746E78L) {
            return new Attribution(Owner.BITRONIX, "");
        }
        return new Attribution(format == 48_801 ? Owner.WEBLOGIC : Owner.OTHER_XA, "");
    }

    /** {@return text of others, safe for display: one line, and no control characters} */
    private static String text(byte[] bytes, int from, int to) {
        if (from < 0 || from >= to || to > bytes.length) {
            return "";
        }
        String name = new String(Arrays.copyOfRange(bytes, from, to), StandardCharsets.ISO_8859_1);
        int end = name.indexOf('\0');
        return UNPRINTABLE.matcher(end < 0 ? name : name.substring(0, end)).replaceAll("?");
    }
}
