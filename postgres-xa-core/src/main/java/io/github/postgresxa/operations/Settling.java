package io.github.postgresxa.operations;

/** How a prepared transaction is settled: ours by this project, others by their owner. */
final class Settling {

    private Settling() {}

    static Finding finding(PreparedEntry entry, Console console) {
        return new Finding(
                entry.node(),
                (entry.transaction() == null ? Check.FOREIGN : Check.IN_DOUBT).title(),
                Severity.NOTICE,
                "'%s' was prepared by %s, under role '%s', in database '%s', %s ago"
                        .formatted(entry.gid(), owner(entry), entry.role(), entry.database(), Ages.text(entry.age())),
                "It keeps its locks, and VACUUM from removing what was deleted since: %d transactions of that server"
                                .formatted(entry.xidAge())
                        + " began after it.",
                advice(entry),
                command(entry, console));
    }

    /** {@return who prepared it, with the owner's own name where the identifier has one} */
    static String owner(PreparedEntry entry) {
        if (entry.owner() == Owner.UNKNOWN) {
            return "an unknown program";
        }
        return entry.owner().title() + (entry.instance().isEmpty() ? "" : " (" + entry.instance() + ")");
    }

    static String advice(PreparedEntry entry) {
        return switch (entry.owner()) {
            case POSTGRES_XA -> "Any application with these nodes settles it. Look why none did:";
            case ATOMIKOS, NARAYANA, LIBERTY, GLASSFISH, TOMEE, BITRONIX, WEBLOGIC, OTHER_XA ->
                ("Start that transaction manager with its log and this database: its recovery finishes it. Only if it"
                                + " is gone for ever, in database '%s':")
                        .formatted(entry.database());
            case LOGICAL_REPLICATION ->
                ("Look at the publisher: its transaction is prepared there, too, and ends with it. Only if the"
                                + " subscription is gone, in database '%s':")
                        .formatted(entry.database());
            case CITUS -> "On the Citus coordinator:";
            case LIKE_POSTGRES_XA, UNKNOWN ->
                "Ask the owner, role '%s', whether to commit or to roll back. To roll back, in database '%s':"
                        .formatted(entry.role(), entry.database());
        };
    }

    static String command(PreparedEntry entry, Console console) {
        return switch (entry.owner()) {
            case POSTGRES_XA -> console.command("explain " + entry.transaction());
            case CITUS -> "SELECT recover_prepared_transactions();";
            default -> "ROLLBACK PREPARED %s;".formatted(SqlText.literal(entry.gid()));
        };
    }
}
