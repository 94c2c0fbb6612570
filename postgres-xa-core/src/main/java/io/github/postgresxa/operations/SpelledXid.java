package io.github.postgresxa.operations;

import java.util.Base64;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An XA identifier as PostgreSQL's driver spells it in the name of a prepared transaction. Whatever manager sits on
 * {@code PGXADataSource}, the names of its branches have this form.
 *
 * @param format the format id, by which managers tell their own from others
 * @param global the global transaction id, in Base64
 * @param branch the branch qualifier, in Base64
 */
record SpelledXid(long format, String global, String branch) {

    private static final Pattern FORM = Pattern.compile("(-?\\d{1,10})_([A-Za-z0-9+/]*={0,2})_([A-Za-z0-9+/]*={0,2})");

    /** {@return the identifier; empty if the driver would not have written the name like this} */
    static Optional<SpelledXid> of(String gid) {
        Matcher matcher = FORM.matcher(gid);
        if (!matcher.matches() || !isCanonical(matcher.group(2)) || !isCanonical(matcher.group(3))) {
            return Optional.empty();
        }
        long format = Long.parseLong(matcher.group(1));
        return Long.toString(format).equals(matcher.group(1))
                ? Optional.of(new SpelledXid(format, matcher.group(2), matcher.group(3)))
                : Optional.empty();
    }

    private static boolean isCanonical(String text) {
        try {
            return Base64.getEncoder()
                    .encodeToString(Base64.getDecoder().decode(text))
                    .equals(text);
        } catch (IllegalArgumentException notBase64) {
            return false;
        }
    }

    /** {@return what the names of all branches of a global transaction begin with} */
    static String beginning(long format, byte[] global) {
        return format + "_" + Base64.getEncoder().encodeToString(global) + "_";
    }

    byte[] globalBytes() {
        return Base64.getDecoder().decode(global);
    }

    byte[] branchBytes() {
        return Base64.getDecoder().decode(branch);
    }
}
