package io.github.postgresxa.operations;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/**
 * The XA identifier of one branch, as a transaction manager's own log shows it. A part that is not printable ASCII is
 * written as {@code 0x} and hexadecimal digits.
 *
 * @param formatId the kind of identifier, by which managers tell their own from others
 * @param globalId the global transaction id: the same for all branches of one transaction
 * @param branchQualifier tells the branches of one transaction apart
 */
public record XaIdentifier(long formatId, String globalId, String branchQualifier) {

    static XaIdentifier of(SpelledXid xid) {
        return new XaIdentifier(xid.format(), text(xid.globalBytes()), text(xid.branchBytes()));
    }

    static String text(byte[] bytes) {
        for (byte b : bytes) {
            if (b < ' ' || b > '~') {
                return "0x" + HexFormat.of().formatHex(bytes);
            }
        }
        return new String(bytes, StandardCharsets.US_ASCII);
    }
}
