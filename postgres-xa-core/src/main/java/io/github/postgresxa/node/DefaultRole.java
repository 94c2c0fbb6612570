package io.github.postgresxa.node;

import java.sql.SQLException;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The role of a fresh connection: the login role, or the default role of the login or the database
 * ({@code ALTER ROLE … SET role}). Prepared branches belong to it and it writes decisions, because recovery uses fresh
 * connections. The application may have another role, for the transaction or for the session, and has that role again
 * afterwards.
 */
public final class DefaultRole {

    /** Assumes the default role for the rest of the transaction. Ends with a line break. */
    public static final String ASSUME = "set local role to default;\n";

    /** Assumes the default role until {@link #LEAVE}, within one transaction. Ends with a line break. */
    public static final String ENTER =
            "select pg_catalog.set_config('pgxa.role', pg_catalog.current_setting('role'), true);\n" + ASSUME;

    /** Returns to the application's role. Ends with a line break. */
    public static final String LEAVE =
            "select pg_catalog.set_config('role', pg_catalog.current_setting('pgxa.role'), true);\n";

    private static final String NOT_THE_OWNER = "42501";

    private enum Part implements Burst.Name {
        BEFORE,
        AFTER
    }

    private static final String WHO = "select session_user, pg_catalog.current_setting('role')";

    private DefaultRole() {}

    /**
     * Finishes a prepared branch, which only its owner may do. The verb has to be a separate message. If the session
     * has another role, the server refuses the verb. From then on, the role is changed before the verb, until the
     * session is found under its default role again. So only sessions with roles pay for them.
     *
     * @param session the session, outside a transaction
     * @param send sends on it
     * @param verb COMMIT PREPARED or ROLLBACK PREPARED
     * @return the answer to the verb. The session has the application's role again, or is closed
     */
    public static Reply finish(Session session, Function<String, Reply> send, String verb) {
        if (!session.underAnotherRole()) {
            Reply reply = send.apply(verb);
            if (reply.gone() || !reply.sqlState().equals(NOT_THE_OWNER)) {
                return reply;
            }
        }
        Burst enter = new Burst()
                .then(Part.BEFORE, WHO + ";\n")
                .then("reset session authorization;\nreset role;\n")
                .then(Part.AFTER, WHO);
        Reply entered = send.apply(enter.text());
        List<@Nullable String> before;
        boolean another;
        try {
            before = entered.orThrow().row(enter, Part.BEFORE);
            another = !before.equals(entered.row(enter, Part.AFTER));
        } catch (SQLException e) {
            return entered; // One message is one transaction: nothing has changed.
        }
        session.underAnotherRole(another);
        boolean inOrder = false;
        try {
            Reply reply = send.apply(verb);
            inOrder = !another || !reply.gone() && send.apply(become(before)).error() == null;
            return reply;
        } finally {
            if (!inOrder) {
                session.destroy(); // Its next user would work under the wrong role.
            }
        }
    }

    private static String become(List<@Nullable String> who) {
        return ("select pg_catalog.set_config('session_authorization', %s, false);\n"
                        + "select pg_catalog.set_config('role', %s, false)")
                .formatted(literal(who.get(0)), literal(who.get(1)));
    }

    /** {@return an SQL literal that means the same whatever {@code standard_conforming_strings} is} */
    private static String literal(@Nullable String name) {
        return "E'" + String.valueOf(name).replace("\\", "\\\\").replace("'", "''") + "'";
    }
}
