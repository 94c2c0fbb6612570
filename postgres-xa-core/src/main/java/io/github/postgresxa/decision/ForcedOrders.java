package io.github.postgresxa.decision;

import io.github.postgresxa.TransactionId;
import io.github.postgresxa.node.Reply;
import io.github.postgresxa.node.Wire;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What operators forced, kept by each node that answered: the log of a console is gone when its window is closed. The
 * rows decide nothing, and no protocol reads them.
 */
public final class ForcedOrders {

    /** How long a row is kept at least. The next order that is forced deletes older ones. */
    private static final int DAYS = 400;

    /** The server's encoding has no such character. */
    private static final String UNTRANSLATABLE = "22P05";

    /** The role may not read the table. */
    private static final String NO_RIGHT = "42501";

    private static final int COLUMNS = 10;

    private final String table;

    /**
     * Creates the access to the orders that the nodes keep.
     *
     * @param schema the schema's checked name
     */
    public ForcedOrders(String schema) {
        this.table = Tables.in(schema, Tables.FORCED);
    }

    /**
     * Keeps orders, and deletes those whose time is over. As durable as a decision.
     *
     * @param wire a wire to any node, outside a transaction
     * @param orders the orders, at least one
     * @throws SQLException if they may not be kept
     */
    public void keep(Wire wire, Collection<ForcedOrder> orders) throws SQLException {
        Reply reply = wire.send(statements(orders, false));
        if (reply.sqlState().equals(UNTRANSLATABLE)) {
            wire.send("rollback").orThrow();
            reply = wire.send(statements(orders, true));
        }
        if (!reply.endedWith("COMMIT")) {
            SQLException problem = reply.problem("the record of what is forced");
            if (!reply.gone()) {
                wire.send("rollback").orThrow();
            }
            throw problem;
        }
    }

    /**
     * Keeps an order together with what it does, in the same transaction.
     *
     * @param wire a wire with an open transaction
     * @param order the order
     * @throws SQLException if it may not be kept
     */
    public void keepWithin(Wire wire, ForcedOrder order) throws SQLException {
        Reply reply = wire.send("savepoint pgxa;\n" + inserts(List.of(order), false));
        if (reply.sqlState().equals(UNTRANSLATABLE)) {
            wire.send("rollback to savepoint pgxa").orThrow();
            reply = wire.send(inserts(List.of(order), true));
        }
        reply.orThrow();
    }

    private String statements(Collection<ForcedOrder> orders, boolean ascii) {
        return LogSql.BEGIN
                + inserts(orders, ascii)
                + "delete from %s where ordered_at < now() - interval '%d days';\ncommit".formatted(table, DAYS);
    }

    private String inserts(Collection<ForcedOrder> orders, boolean ascii) {
        StringBuilder sql = new StringBuilder();
        for (ForcedOrder order : orders) {
            String result = order.result();
            sql.append("""
                    insert into %s (gtrid, database_user, requested_by, action, decision, missing, against, \
                    reason, result)
                    values ('%s', session_user, %s, %s, %s, string_to_array(%s, ','), %s, %s, %s);
                    """.formatted(
                            table,
                            order.transaction(),
                            literal(order.requestedBy(), ascii),
                            literal(order.action(), ascii),
                            literal(order.decision(), ascii),
                            literal(String.join(",", order.missing()), ascii),
                            literal(order.against(), ascii),
                            literal(order.reason(), ascii),
                            result == null ? "null" : literal(result, ascii)));
        }
        return sql.toString();
    }

    /** People wrote it, so none of it is part of a statement's text. */
    private static String literal(String text, boolean ascii) {
        byte[] bytes = text.getBytes(ascii ? StandardCharsets.US_ASCII : StandardCharsets.UTF_8);
        return "convert_from(decode('%s', 'hex'), 'UTF8')"
                .formatted(HexFormat.of().formatHex(bytes));
    }

    /**
     * Reads what a node keeps of a transaction, or of an adoption.
     *
     * @param wire a wire to the node, outside a transaction
     * @param ids the ids, at least one
     * @return its orders, oldest first; none if the role may not read them
     * @throws SQLException if the node did not answer
     */
    public List<ForcedOrder> of(Wire wire, Collection<TransactionId> ids) throws SQLException {
        Reply reply = wire.send(
                """
                select to_char(ordered_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'), database_user, \
                requested_by, action, decision, array_to_string(missing, ','), against, reason, result, gtrid
                from %s where gtrid in (%s) order by ordered_at limit 100
                """.formatted(table, ids.stream().map(id -> "'" + id + "'").collect(Collectors.joining(", "))));
        if (reply.sqlState().equals(NO_RIGHT)) {
            return List.of();
        }
        return reply.orThrow().rows().stream()
                .filter(row -> row.size() == COLUMNS)
                .map(ForcedOrders::read)
                .toList();
    }

    private static ForcedOrder read(List<@Nullable String> row) {
        String missing = text(row, 5);
        return new ForcedOrder(
                TransactionId.parse(text(row, 9)),
                text(row, 0),
                text(row, 1),
                text(row, 2),
                text(row, 3),
                text(row, 4),
                missing.isEmpty() ? List.of() : Arrays.asList(missing.split(",")),
                text(row, 6),
                text(row, 7),
                row.get(8));
    }

    private static String text(List<@Nullable String> row, int column) {
        return String.valueOf(row.get(column));
    }
}
