package io.github.postgresxa.decision;

/** The names of the schema's tables and columns, as its scripts create them. */
public final class Tables {

    /** One row: the database's identity, and what was deleted. */
    public static final String NODE = "node";

    /** The decisions. */
    public static final String DECISION = "decision";

    /** The marks of participants. */
    public static final String PARTICIPANT = "participant";

    /** What operators have forced. */
    public static final String FORCED = "forced";

    /** The embedded transaction managers whose decisions this node has. */
    public static final String MANAGER = "manager";

    /** What embedded transaction managers have decided where another resource takes part. */
    public static final String MANAGER_DECISION = "manager_decision";

    // Of NODE and PARTICIPANT.

    static final String IDENTITY = "identity";

    /** The high-water mark. */
    public static final String MARK = "mark";

    // Of NODE.

    /** The schema's version. */
    public static final String VERSION = "version";

    static final String MARKS_SINCE = "marks_since";
    static final String SYSTEM_IDENTIFIER = "system_identifier";
    static final String DATABASE_OID = "database_oid";

    // Of DECISION and MANAGER_DECISION.

    static final String GTRID = "gtrid";
    static final String OUTCOME = "outcome";
    static final String DECIDED_AT = "decided_at";

    // Of DECISION.

    /** The xid of the transaction that wrote the row; never null. */
    public static final String XID = "xid";

    static final String COORDINATOR = "coordinator";
    static final String PARTICIPANTS = "participants";
    static final String PARTICIPANT_XIDS = "participant_xids";
    static final String PARTICIPANT_INCARNATIONS = "participant_incarnations";

    // Of MANAGER.

    static final String NAME = "name";

    /** The identity of the database where the row was written. */
    static final String LOG_NODE = "node";

    static final String APPLICATION = "application";
    static final String SINCE = "since";

    /** The last sign of life. */
    public static final String SEEN_AT = "seen_at";

    // Of MANAGER_DECISION.

    static final String MANAGER_NAME = "manager";

    /** When every resource had carried it out. */
    public static final String ENDED_AT = "ended_at";

    private Tables() {}

    /**
     * Names a table.
     *
     * @param schema the schema's checked name
     * @param table one of these tables
     * @return its full name
     */
    public static String in(String schema, String table) {
        return schema + "." + table;
    }
}
