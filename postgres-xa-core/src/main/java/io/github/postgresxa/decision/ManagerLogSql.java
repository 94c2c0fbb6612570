package io.github.postgresxa.decision;

import static io.github.postgresxa.decision.Tables.APPLICATION;
import static io.github.postgresxa.decision.Tables.DECIDED_AT;
import static io.github.postgresxa.decision.Tables.ENDED_AT;
import static io.github.postgresxa.decision.Tables.GTRID;
import static io.github.postgresxa.decision.Tables.IDENTITY;
import static io.github.postgresxa.decision.Tables.LOG_NODE;
import static io.github.postgresxa.decision.Tables.MANAGER;
import static io.github.postgresxa.decision.Tables.MANAGER_DECISION;
import static io.github.postgresxa.decision.Tables.MANAGER_NAME;
import static io.github.postgresxa.decision.Tables.NAME;
import static io.github.postgresxa.decision.Tables.NODE;
import static io.github.postgresxa.decision.Tables.OUTCOME;
import static io.github.postgresxa.decision.Tables.SEEN_AT;
import static io.github.postgresxa.decision.Tables.SINCE;

import io.github.postgresxa.gid.ManagerName;
import io.github.postgresxa.gid.NodeIdentity;
import io.github.postgresxa.node.Burst;
import io.github.postgresxa.node.Durability;
import java.time.Duration;
import java.util.Collection;
import java.util.stream.Collectors;

/**
 * The statements on the decisions of transaction managers. Each checks that the database at the other end is the one
 * that keeps them. Only names and identifiers of the managers are inserted, whose types admit no other characters than
 * letters, digits, "-" and "_".
 */
final class ManagerLogSql {

    private static final String NOW = "pg_catalog.clock_timestamp()";

    /** What must not wait, and may be lost with the server. */
    private static final String UNHURRIED = "begin isolation level read committed read write;\n"
            + "set local synchronous_commit = off;\nset local lock_timeout = '1s';\n";

    private final String schema;
    private final String managers;
    private final String decisions;
    private final String application;

    ManagerLogSql(String schema, String application) {
        this.schema = schema;
        this.managers = Tables.in(schema, MANAGER);
        this.decisions = Tables.in(schema, MANAGER_DECISION);
        this.application = application.replaceAll("[^A-Za-z0-9_.:@ -]", "_");
    }

    private String here(NodeIdentity node) {
        return Tables.in(schema, NODE) + " n where n." + IDENTITY + " operator(pg_catalog.=) '" + node + "' and "
                + LogSql.HERE;
    }

    /** A registration: the same name, registered once more after it was deleted, is another one. */
    private static String registration(String alias) {
        return "(extract(epoch from " + alias + SINCE + ") * 1000000)::pg_catalog.int8";
    }

    /** Registers a name, or shows that it is registered, and returns the registration. */
    Burst register(NodeIdentity node, ManagerName manager) {
        return new Burst()
                .then(LogSql.BEGIN)
                .then(
                        LogQuery.WRITTEN,
                        "insert into " + managers + " as m (" + NAME + ", " + LOG_NODE + ", " + APPLICATION
                                + ")\nselect '" + manager + "', n." + IDENTITY + ", '" + application + "' from "
                                + here(node) + "\non conflict (" + NAME + ") do update set " + SEEN_AT + " = " + NOW
                                + " where m." + LOG_NODE + " = excluded." + LOG_NODE + "\nreturning "
                                + registration("m.") + ";\n")
                .then("commit");
    }

    /** Writes C. A row that exists makes it fail; without the registration, nothing is written. */
    Burst decide(NodeIdentity node, ManagerName manager, long registration, String transaction) {
        return new Burst()
                .then(LogSql.BEGIN)
                .then(
                        LogQuery.WRITTEN,
                        insert(manager, transaction, "C") + managers + " m, " + here(node) + " and m." + NAME + " = '"
                                + manager + "' and " + registration("m.") + " = '" + registration
                                + "'\nfor key share of m;\n")
                .then("commit");
    }

    private String insert(ManagerName manager, String transaction, String outcome) {
        return "insert into " + decisions + " (" + GTRID + ", " + MANAGER_NAME + ", " + OUTCOME + ", " + DECIDED_AT
                + ")\nselect '" + transaction + "', '" + manager + "', '" + outcome + "', " + NOW + " from ";
    }

    /**
     * Writes A unless a row exists, and reads the row that exists. All that it has read or written is safe at the
     * synchronous standby when the COMMIT is answered.
     */
    Burst settle(NodeIdentity node, ManagerName manager, String transaction) {
        return read(
                new Burst()
                        .then(LogSql.BEGIN + "set local lock_timeout = '2s';\n")
                        .then(insert(manager, transaction, "A") + here(node) + "\non conflict (" + GTRID
                                + ") do nothing;\n"),
                transaction);
    }

    /** Reads a row that exists, and makes it safe at the standby. */
    Burst read(String transaction) {
        return read(new Burst().then(LogSql.BEGIN), transaction);
    }

    private Burst read(Burst burst, String transaction) {
        return burst.then(LogQuery.HOME, LogSql.home(schema))
                .then(
                        LogQuery.ROWS,
                        "select " + OUTCOME + " from " + decisions + " where " + GTRID + " = '" + transaction + "';\n")
                .then(Durability.BARRIER)
                .then("commit");
    }

    /** A manager that is registered here, as "m". */
    private String managerHere() {
        return managers + " m, " + Tables.in(schema, NODE) + " n where m." + LOG_NODE + " = n." + IDENTITY + " and "
                + LogSql.HERE;
    }

    /** Notes that decisions to commit are carried out. That may be lost; then the rows stay. */
    String ended(Collection<String> transactions) {
        return UNHURRIED + "update " + decisions + " d set " + ENDED_AT + " = " + NOW + " from " + managerHere()
                + " and d." + MANAGER_NAME + " = m." + NAME + " and d." + OUTCOME + " = 'C' and d." + ENDED_AT
                + " is null and d." + GTRID + " in ("
                + transactions.stream().map(t -> "'" + t + "'").collect(Collectors.joining(", ")) + ");\ncommit";
    }

    /** The names that are registered here, and since when each has shown no sign of life, in milliseconds. */
    Burst silence(Collection<ManagerName> names) {
        return new Burst()
                .then(LogQuery.HOME, LogSql.home(schema))
                .then(
                        LogQuery.ROWS,
                        "select m." + NAME + ", (extract(epoch from " + NOW + " - m." + SEEN_AT
                                + ") * 1000)::bigint from " + managers + " m join " + Tables.in(schema, NODE)
                                + " n on m." + LOG_NODE + " = n." + IDENTITY + " where " + LogSql.HERE + " and m."
                                + NAME + " in ("
                                + names.stream().map(n -> "'" + n + "'").collect(Collectors.joining(", ")) + ");\n");
    }

    /** Shows that a manager lives. */
    Burst showLife(ManagerName manager) {
        return new Burst()
                .then(UNHURRIED)
                .then(
                        LogQuery.WRITTEN,
                        "update " + managers + " m set " + SEEN_AT + " = " + NOW + " from " + Tables.in(schema, NODE)
                                + " n where m." + LOG_NODE + " = n." + IDENTITY + " and " + LogSql.HERE + " and m."
                                + NAME + " = '" + manager + "';\n")
                .then("commit");
    }

    /**
     * Deletes decisions that were carried out a while ago, and names that have been silent for long, with their rows A.
     * A name with a decision to commit stays. For the names it is one statement, on names that it has locked: one with
     * a new sign of life keeps its rows, and the key of the rows keeps a late decision out.
     */
    String expire(Duration ended, Duration silence) {
        String old = "select m." + NAME + " from " + managerHere() + " and m." + SEEN_AT + " < " + NOW + " - interval '"
                + silence.toSeconds() + " seconds' and not exists (select from " + decisions + " d where d."
                + MANAGER_NAME + " = m." + NAME + " and d." + OUTCOME + " = 'C') for update of m";
        return LogSql.BEGIN + "set local lock_timeout = '1s';\n"
                + "delete from " + decisions + " d using " + managerHere() + " and d." + MANAGER_NAME + " = m." + NAME
                + " and d." + ENDED_AT + " < " + NOW + " - interval '" + ended.toSeconds() + " seconds';\n"
                + "with old as materialized (" + old + "), rows as (delete from " + decisions + " d using old where d."
                + MANAGER_NAME + " = old." + NAME + " and d." + OUTCOME + " = 'A')\ndelete from " + managers
                + " m using old where m." + NAME + " = old." + NAME + ";\ncommit";
    }
}
