package io.github.postgresxa.test.fault;

import java.util.Arrays;
import java.util.regex.Pattern;

/**
 * The purpose of a message, derived from its SQL alone. A message has one kind: the first in this order whose pattern
 * matches. The schema of the decision log may have any name.
 */
public enum MessageKind implements MessageFilter {
    /** A login. {@link MessageFilter#any} does not pick it. */
    STARTUP("^startup$"),
    /** {@code PREPARE TRANSACTION}, with what precedes it. */
    PREPARE("prepare transaction '"),
    /** {@code COMMIT PREPARED}, by a coordinator or by recovery. */
    COMMIT_PREPARED("^\\s*commit prepared '"),
    /** {@code ROLLBACK PREPARED}, by a coordinator or by recovery. */
    ROLLBACK_PREPARED("^\\s*rollback prepared '"),
    /** The decision: the row C is written, and the transaction that wrote it commits. */
    DECISION("insert into \\S+\\.decision\\b.*?(values\\s*\\(|select\\s+)'[^']*',\\s*'C'"),
    /** The fence: the row A is written unless there is a row, and the existing row is read. */
    FENCE("insert into \\S+\\.decision\\b.*?(values\\s*\\(|select\\s+)'[^']*',\\s*'A'"),
    /** An embedded transaction manager is registered, because another resource takes part. */
    REGISTRATION("insert into \\S+\\.manager\\b"),
    /** The decision of an embedded transaction manager, where another resource takes part. */
    MANAGER_DECISION("insert into \\S+\\.manager_decision\\b.*?select\\s+'[^']*',\\s*'[^']*',\\s*'C'"),
    /** The fence against such a decision: a row A is written unless there is a row, and the existing row is read. */
    MANAGER_FENCE("insert into \\S+\\.manager_decision\\b.*?select\\s+'[^']*',\\s*'[^']*',\\s*'A'"),
    /** The janitor checks whether a participant has carried out decisions. */
    VERIFY("from pg_prepared_xacts.*pg_xact_status"),
    /** Recovery's regular scan for what is prepared on a node. Its times do not depend on the application. */
    SCAN("from pg_prepared_xacts"),
    /** The janitor deletes decisions. */
    FORGET("delete from \\S+\\.decision\\b"),
    /** Decisions are read: before a branch is finished, for a status, or by the janitor. */
    READ_DECISIONS("from \\S+\\.decision\\b"),
    /** What else is said about transaction managers: signs of life, what can be deleted, which ones are known. */
    MANAGER("(from|update|join) \\S+\\.manager(_decision)?\\b"),
    /** A query of how transactions ended, by their xids. */
    STATUS("pg_xact_status\\("),
    /** The home shows recovery that its coordinator is alive. Sent only when a {@code PREPARE} takes long. */
    SIGN_OF_LIFE("pg_try_advisory_xact_lock"),
    /** A session under another role changes to the one that may finish a prepared branch, or back. */
    ROLE("^\\s*select session_user, |set_config\\('session_authorization'"),
    /** The set-up of a new connection: settings, and queries for the server's identity and configuration. */
    SETUP("^\\s*set (application_name|extra_float_digits) = |^\\s*show transaction isolation level"
            + "|from (pg_catalog\\.)?pg_control_system\\(\\)|from \\S+\\.node\\b|to_regclass\\('\\S+\\.node'\\)"
            + "|\\bset statement_timeout = 0|^\\s*select pg_is_in_recovery\\(\\), case"
            + "|from (pg_catalog\\.)?pg_settings where name in"),
    /**
     * A {@code COMMIT} that ends no other kind of message: of a single writer, or of a reader, which may be asked for
     * its vote with it.
     */
    COMMIT("(^|;\\s*)commit\\s*;?\\s*$"),
    /** A branch that showed no write is queried for its vote. */
    VOTE("(^|;\\s*)select (pg_catalog\\.)?pg_current_xact_id_if_assigned\\(\\)"),
    /** A {@code ROLLBACK} of a transaction that is not prepared. */
    ROLLBACK("^\\s*rollback\\s*;?\\s*$"),
    /** Everything else: the application's statements. */
    WORK("");

    private final Pattern pattern;

    MessageKind(String regex) {
        this.pattern = Pattern.compile(regex, Pattern.CASE_INSENSITIVE | Pattern.DOTALL);
    }

    /**
     * {@return the kind of a message}
     *
     * @param sql the message's statements
     */
    public static MessageKind of(String sql) {
        return Arrays.stream(values())
                .filter(kind -> kind.pattern.matcher(sql).find())
                .findFirst()
                .orElse(WORK);
    }

    @Override
    public boolean matches(WireMessage message) {
        return message.kind() == this;
    }
}
