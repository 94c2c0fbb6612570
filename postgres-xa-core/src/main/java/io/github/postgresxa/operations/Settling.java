package io.github.postgresxa.operations;

import java.util.Collection;

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
        return owner(entry.owner(), entry.instance());
    }

    static String owner(Owner owner, String instance) {
        if (owner == Owner.UNKNOWN) {
            return "an unknown program";
        }
        return owner.title() + (instance.isEmpty() ? "" : " (" + instance + ")");
    }

    /** {@return who finishes a branch, and how a person does it in his place} */
    static String verdict(PreparedEntry entry) {
        String finisher = switch (entry.owner()) {
            case POSTGRES_XA -> "recovery of an application that manages these nodes";
            case LIKE_POSTGRES_XA, UNKNOWN -> "the program that role '%s' is for".formatted(entry.role());
            default -> "recovery of " + owner(entry);
        };
        String gid = SqlText.literal(entry.gid());
        return ("left to %1$s. By hand, in database '%2$s', as role '%3$s' or a superuser: ROLLBACK PREPARED %4$s; or"
                        + " COMMIT PREPARED %4$s;")
                .formatted(finisher, entry.database(), entry.role(), gid);
    }

    /** {@return what is known of a transaction, who finishes it, and what is dangerous} */
    static String summary(PreparedTransaction transaction, Collection<String> silent) {
        String unknown = silent.isEmpty()
                ? ""
                : " These nodes do not answer, and may hold a branch of it: %s.".formatted(String.join(", ", silent));
        if (transaction.branches().isEmpty()) {
            return "Nothing is prepared under this name on the nodes that answer." + unknown;
        }
        String owner = switch (transaction.owner()) {
            case POSTGRES_XA ->
                "Recovery of any application that manages these nodes (postgres.xa.mode=manage) finishes it,"
                        + " whichever application began it.";
            case LIKE_POSTGRES_XA, UNKNOWN ->
                "Nothing tells who prepared it: ask for the program that works under role '%s'."
                        .formatted(transaction.branches().get(0).role());
            case LOGICAL_REPLICATION, CITUS ->
                "It belongs to %s, which finishes it.".formatted(transaction.ownerTitle());
            default ->
                ("%s decides, and its recovery finishes every branch: it has to run with its log and these"
                                + " databases.")
                        .formatted(transaction.ownerTitle());
        };
        return owner + without(transaction) + unknown
                + " By hand only if its owner is gone for ever: all branches have to end the same way, a wrong end"
                + " leaves the nodes in disagreement, and no log tells of it.";
    }

    private static String without(PreparedTransaction transaction) {
        return transaction.notPreparedOn().isEmpty()
                ? ""
                : (" No branch of it is prepared on %s: that node took no part, has not prepared yet, or its branch has"
                                + " ended there. If that was a commit, to roll back what is left makes the transaction"
                                + " partial; if it was a rollback, to commit does. Only the owner's log, or the data"
                                + " there, tells which.")
                        .formatted(String.join(", ", transaction.notPreparedOn()));
    }

    /**
     * Says why an order is refused where another one manages the transactions, and what to do instead.
     *
     * @param order the order
     * @return sentences
     */
    static String refusal(String order) {
        return ("'%s' is refused and nothing was done, because this only looks (postgres.xa.mode=observe). What is"
                        + " prepared is finished by recovery of the program that prepared it: start that, with its log"
                        + " and these nodes. Only if it is gone for ever, a person finishes each branch in its database"
                        + " (COMMIT PREPARED or ROLLBACK PREPARED, as the explanation of the transaction prints it)."
                        + " All branches have to end the same way: a wrong end leaves the nodes in disagreement, and"
                        + " no log tells of it.")
                .formatted(order);
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
