package io.github.postgresxa.gid;

import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.transaction.xa.Xid;
import org.jspecify.annotations.Nullable;

/**
 * A transaction manager's own identifier. The gid of a subordinate branch carries it, and {@code recover()} returns it
 * with the same bytes, so that the manager finds it in its log.
 */
public final class ManagerXid implements Xid {

    /** The placeholder for no manager's xid. */
    public static final ManagerXid NONE = new ManagerXid(0, new byte[0], new byte[0]);

    static final String FORM = "[0-9a-f]{8}\\.[A-Za-z0-9_-]{0,86}\\.[A-Za-z0-9_-]{0,86}";

    private static final Pattern PATTERN =
            Pattern.compile("([0-9a-f]{8})\\.([A-Za-z0-9_-]{0,86})\\.([A-Za-z0-9_-]{0,86})");

    private final int formatId;
    private final byte[] globalTransactionId;
    private final byte[] branchQualifier;

    private ManagerXid(int formatId, byte[] globalTransactionId, byte[] branchQualifier) {
        this.formatId = formatId;
        this.globalTransactionId = globalTransactionId;
        this.branchQualifier = branchQualifier;
    }

    /**
     * Copies a manager's Xid.
     *
     * @param xid any manager's Xid
     * @return the same identifier as a value of this type
     */
    public static ManagerXid of(Xid xid) {
        return new ManagerXid(
                xid.getFormatId(),
                xid.getGlobalTransactionId().clone(),
                xid.getBranchQualifier().clone());
    }

    static Optional<ManagerXid> parse(String text) {
        Matcher matcher = PATTERN.matcher(text);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        try {
            ManagerXid xid = new ManagerXid(
                    Integer.parseUnsignedInt(matcher.group(1), 16),
                    Base64.getUrlDecoder().decode(matcher.group(2)),
                    Base64.getUrlDecoder().decode(matcher.group(3)));
            // Base64 can write the same bytes in several ways; only the way that we write is ours.
            return xid.text().equals(text) ? Optional.of(xid) : Optional.empty();
        } catch (IllegalArgumentException notBase64) {
            return Optional.empty();
        }
    }

    String text() {
        Base64.Encoder encoder = Base64.getUrlEncoder().withoutPadding();
        return "%08x.%s.%s"
                .formatted(
                        formatId, encoder.encodeToString(globalTransactionId), encoder.encodeToString(branchQualifier));
    }

    @Override
    public int getFormatId() {
        return formatId;
    }

    @Override
    public byte[] getGlobalTransactionId() {
        return globalTransactionId.clone();
    }

    @Override
    public byte[] getBranchQualifier() {
        return branchQualifier.clone();
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof ManagerXid that
                && formatId == that.formatId
                && Arrays.equals(globalTransactionId, that.globalTransactionId)
                && Arrays.equals(branchQualifier, that.branchQualifier);
    }

    @Override
    public int hashCode() {
        return 31 * (31 * formatId + Arrays.hashCode(globalTransactionId)) + Arrays.hashCode(branchQualifier);
    }

    @Override
    public String toString() {
        return text();
    }
}
