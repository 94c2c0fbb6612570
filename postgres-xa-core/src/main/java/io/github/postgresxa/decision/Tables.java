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

    // Of DECISION.

    static final String GTRID = "gtrid";
    static final String OUTCOME = "outcome";

    /** The xid of the transaction that wrote the row; never null. */
    public static final String XID = "xid";

    static final String COORDINATOR = "coordinator";
    static final String PARTICIPANTS = "participants";
    static final String PARTICIPANT_XIDS = "participant_xids";
    static final String PARTICIPANT_INCARNATIONS = "participant_incarnations";
    static final String DECIDED_AT = "decided_at";

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
