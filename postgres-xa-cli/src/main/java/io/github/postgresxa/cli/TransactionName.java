package io.github.postgresxa.cli;

import io.github.postgresxa.TransactionId;
import io.github.postgresxa.gid.Gid;
import io.github.postgresxa.operations.Operations;
import io.github.postgresxa.operations.PreparedExplanation;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A transaction as a person names it: its id, or the name of a prepared branch, of this project or of others. */
final class TransactionName {

    /** A negative format id would look like an option. */
    private static final Pattern LIKE_AN_OPTION = Pattern.compile("-\\d+_.*");

    private static final Pattern ID = Pattern.compile("(?i)[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}");
    private static final Pattern ESCAPE = Pattern.compile("\\\\u([0-9a-f]{4})");
    private static final String MARK = "gid:";

    private final String text;

    TransactionName(String argument) {
        this.text = argument.startsWith(MARK) ? argument.substring(MARK.length()) : argument;
    }

    /** {@return an argument that does not look like an option} */
    static String protectedArgument(String argument) {
        return LIKE_AN_OPTION.matcher(argument).matches() ? MARK + argument : argument;
    }

    /** {@return the transaction, if it is one of this project} */
    Optional<TransactionId> id() {
        return ID.matcher(text).matches()
                ? Optional.of(TransactionId.parse(text.toLowerCase(Locale.ROOT)))
                : Gid.ours(text).map(Gid::transaction);
    }

    /** {@return what is prepared under the name; a character that cannot be printed may be given as it is listed} */
    PreparedExplanation explained(Operations operations) {
        PreparedExplanation found = operations.explain(text);
        String unescaped = unescaped();
        return found.transaction().branches().isEmpty() && !unescaped.equals(text)
                ? operations.explain(unescaped)
                : found;
    }

    private String unescaped() {
        Matcher escape = ESCAPE.matcher(text);
        return escape.replaceAll(
                found -> Matcher.quoteReplacement(Character.toString(Integer.parseInt(found.group(1), 16))));
    }

    /** {@return what to say if nothing has the name} */
    String unknown() {
        return "Nothing is prepared under the name '%s' on the nodes that answer, and it is not a transaction id, which"
                        .formatted(text)
                + " has 36 characters as list, logs and pgxa.decision show it.";
    }

    @Override
    public String toString() {
        return text;
    }
}
