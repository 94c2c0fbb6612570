package io.github.postgresxa.gid;

import io.github.postgresxa.TransactionId;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The name of one prepared branch, exactly as {@code pg_prepared_xacts} shows it:
 * {@code pgxa/1/<gtrid>/<home>/<branch>}.
 *
 * <p>It names the home, because recovery must know which node to query. It starts with a letter, so that no transaction
 * manager's scan takes it for its own. In a subordinate transaction ({@code pgxa/2/…}) another resource takes part and
 * the manager decides; the name then carries the manager's xid as well.
 *
 * @param transaction the global transaction
 * @param home the node that keeps the decision
 * @param branch the node that holds this branch
 * @param manager the manager's xid in a subordinate transaction, else null
 */
public record Gid(
        TransactionId transaction,
        NodeIdentity home,
        NodeIdentity branch,
        @Nullable ManagerXid manager) {

    /** The longest gid that PostgreSQL takes, in bytes. */
    static final int LIMIT = 199;

    private static final Pattern OURS = Pattern.compile("pgxa/(?:1|2)/([0-9a-f-]{36})/(" + NodeIdentity.FORM + ")/("
            + NodeIdentity.FORM + ")(?:/(" + ManagerXid.FORM + "))?");

    private static final String ONE_PHASE = "pgxa/1/";
    private static final String SUBORDINATE = "pgxa/2/";

    /**
     * Creates the name of a branch in a one-phase transaction, where the home's row decides.
     *
     * @param transaction the global transaction
     * @param home the node that keeps the decision
     * @param branch the node that holds this branch
     */
    public Gid(TransactionId transaction, NodeIdentity home, NodeIdentity branch) {
        this(transaction, home, branch, null);
    }

    /**
     * Parses a gid that the server lists. The whole text must match exactly: with a match by prefix, one application
     * would claim what belongs to another.
     *
     * @param fromServer a gid from {@code pg_prepared_xacts}
     * @return our gid, or empty if another system prepared it: such a branch is counted and never touched
     */
    public static Optional<Gid> ours(String fromServer) {
        Matcher matcher = OURS.matcher(fromServer);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        try {
            ManagerXid manager = null;
            if (matcher.group(4) != null) {
                Optional<ManagerXid> parsed = ManagerXid.parse(matcher.group(4));
                if (parsed.isEmpty()) {
                    return Optional.empty();
                }
                manager = parsed.get();
            }
            Gid gid = new Gid(
                    TransactionId.parse(matcher.group(1)),
                    new NodeIdentity(matcher.group(2)),
                    new NodeIdentity(matcher.group(3)),
                    manager);
            return gid.text().equals(fromServer) ? Optional.of(gid) : Optional.empty();
        } catch (IllegalArgumentException malformed) {
            return Optional.empty();
        }
    }

    /** {@return whether PostgreSQL accepts a name of this length; only a very long manager's xid does not fit} */
    public boolean fits() {
        return text().length() <= LIMIT;
    }

    /** {@return the name; nothing in it needs escaping in an SQL literal} */
    public String text() {
        return manager == null
                ? ONE_PHASE + transaction + "/" + home + "/" + branch
                : SUBORDINATE + transaction + "/" + home + "/" + branch + "/" + manager.text();
    }

    @Override
    public String toString() {
        return text();
    }
}
