package io.github.postgresxa.operations;

import io.github.postgresxa.TransactionId;
import io.github.postgresxa.gid.Gid;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What the names of all branches of one global transaction have in common.
 *
 * @param id a name for it that fits into a path and onto a command line
 * @param condition finds rows of {@code pg_prepared_xacts} that may belong to it
 */
record GlobalName(String id, String condition) {

    private static final Pattern UUID = Pattern.compile("(?i)[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}");
    private static final Pattern XID = Pattern.compile("(-?\\d{1,10})-((?:[0-9a-f]{2})*)");
    private static final Pattern ESCAPED = Pattern.compile("gid-((?:[0-9a-f]{2})+)");
    private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9_.~-]+");

    /** {@return the transaction that a branch belongs to} */
    static GlobalName ofBranch(String gid) {
        return Gid.ours(gid)
                .map(ours -> ours(ours.transaction()))
                .or(() -> SpelledXid.of(gid).map(xid -> xa(xid.format(), xid.globalBytes())))
                .orElseGet(() -> single(gid));
    }

    /**
     * Understands a name as a person gives it.
     *
     * @param name an id of this class, or the name of a branch
     */
    static GlobalName named(String name) {
        if (UUID.matcher(name).matches()) {
            return ours(TransactionId.parse(name.toLowerCase(Locale.ROOT)));
        }
        Matcher xid = XID.matcher(name);
        if (xid.matches()) {
            return xa(Long.parseLong(xid.group(1)), HexFormat.of().parseHex(xid.group(2)));
        }
        Matcher escaped = ESCAPED.matcher(name);
        return escaped.matches()
                ? single(new String(HexFormat.of().parseHex(escaped.group(1)), StandardCharsets.UTF_8))
                : ofBranch(name);
    }

    private static GlobalName ours(TransactionId id) {
        return new GlobalName(
                id.toString(), "(starts_with(gid, 'pgxa/1/%1$s/') or starts_with(gid, 'pgxa/2/%1$s/'))".formatted(id));
    }

    private static GlobalName xa(long format, byte[] global) {
        return new GlobalName(
                format + "-" + HexFormat.of().formatHex(global),
                "starts_with(gid, '" + SpelledXid.beginning(format, global) + "')");
    }

    private static GlobalName single(String gid) {
        String id = PLAIN.matcher(gid).matches() && !looksLikeAnother(gid)
                ? gid
                : "gid-" + HexFormat.of().formatHex(gid.getBytes(StandardCharsets.UTF_8));
        return new GlobalName(id, "gid = " + SqlText.literal(gid));
    }

    private static boolean looksLikeAnother(String gid) {
        return UUID.matcher(gid).matches()
                || XID.matcher(gid).matches()
                || ESCAPED.matcher(gid).matches();
    }

    /** {@return whether a branch belongs to the transaction} */
    boolean has(String gid) {
        return ofBranch(gid).id.equals(id);
    }
}
