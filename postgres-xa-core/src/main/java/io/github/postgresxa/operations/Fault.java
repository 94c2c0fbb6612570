package io.github.postgresxa.operations;

/**
 * Everything that the doctor can find wrong, and how much it matters. For each, {@code DoctorCommandsIT} makes it on
 * real servers, runs what the doctor prints, and sees the finding go.
 */
enum Fault {
    UNREACHABLE(Check.REACHABLE, Severity.ERROR),
    OLD_VERSION(Check.VERSION, Severity.ERROR),
    STANDBY(Check.PRIMARY, Severity.ERROR),
    PREPARED_OFF(Check.MAX_PREPARED, Severity.ERROR),
    PREPARED_BELOW_POOL(Check.MAX_PREPARED, Severity.ERROR),
    PREPARED_NEARLY_USED_UP(Check.MAX_PREPARED, Severity.WARNING),
    PREPARED_BELOW_CONNECTIONS(Check.MAX_PREPARED, Severity.NOTICE),
    FSYNC_OFF(Check.FSYNC, Severity.ERROR),
    FULL_PAGE_WRITES_OFF(Check.FULL_PAGE_WRITES, Severity.ERROR),
    WEAK_COMMIT(Check.SYNCHRONOUS_COMMIT, Severity.NOTICE),
    CLOCK_OFF(Check.CLOCK, Severity.NOTICE),
    NO_SYNCHRONOUS_STANDBY(Check.FAILOVER, Severity.NOTICE),
    SYNCHRONOUS_STANDBY_GONE(Check.FAILOVER, Severity.WARNING),
    SLOT_UNUSED(Check.SLOTS, Severity.NOTICE),
    SLOT_KEEPS_MUCH(Check.SLOTS, Severity.WARNING),
    SLOT_ONE_PHASE(Check.SLOTS, Severity.NOTICE),
    SCHEMA_MISSING(Check.SCHEMA, Severity.ERROR),
    SCHEMA_OLD(Check.SCHEMA, Severity.ERROR),
    RIGHT_MISSING(Check.RIGHTS, Severity.ERROR),
    LESSER_RIGHT_MISSING(Check.RIGHTS, Severity.WARNING),
    NO_LOGIN(Check.ROLES, Severity.ERROR),
    NO_MEMBER(Check.ROLES, Severity.ERROR),
    DEFAULT_ROLE(Check.DEFAULT_ROLE, Severity.NOTICE),
    IDENTITY_UNBOUND(Check.IDENTITY, Severity.ERROR),
    COPY(Check.IDENTITY, Severity.ERROR),
    COPY_OR_MOVED(Check.IDENTITY, Severity.ERROR),
    ADOPTED_BY_FORCE(Check.IDENTITY, Severity.NOTICE),
    TWO_NAMES(Check.ONE_DATABASE, Severity.ERROR),
    TWIN(Check.ONE_DATABASE, Severity.ERROR),
    POOLER_SHARES_SESSIONS(Check.POOLER, Severity.ERROR),
    POOLER(Check.POOLER, Severity.NOTICE),
    IN_DOUBT(Check.IN_DOUBT, Severity.WARNING),
    FOREIGN(Check.FOREIGN, Severity.WARNING);

    private final Check check;
    private final Severity severity;

    Fault(Check check, Severity severity) {
        this.check = check;
        this.severity = severity;
    }

    Check check() {
        return check;
    }

    Severity severity() {
        return severity;
    }

    /**
     * Reports it.
     *
     * @param node the node
     * @param what what is the case, with numbers
     * @param why why it matters
     * @param advice what to do, in words; may be empty
     * @param command what does it, or shows more; may be empty
     */
    Finding found(String node, String what, String why, String advice, String command) {
        return new Finding(node, check.title(), severity, what, why, advice, command);
    }
}
