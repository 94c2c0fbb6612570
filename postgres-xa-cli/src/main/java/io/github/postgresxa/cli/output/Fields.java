package io.github.postgresxa.cli.output;

import io.github.postgresxa.operations.Finding;
import io.github.postgresxa.operations.ForcedRecord;
import io.github.postgresxa.operations.PreparedEntry;
import io.github.postgresxa.operations.PreparedTransaction;
import io.github.postgresxa.operations.Resolution;
import io.github.postgresxa.operations.XaIdentifier;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Results as JSON has them. */
public final class Fields {

    private Fields() {}

    /**
     * Pairs names with values, in order.
     *
     * @param pairs a name, its value, the next name, …
     * @return the pairs
     */
    public static Map<String, @Nullable Object> of(@Nullable Object... pairs) {
        Map<String, @Nullable Object> fields = new LinkedHashMap<>();
        for (int i = 0; i < pairs.length; i += 2) {
            fields.put(String.valueOf(pairs[i]), pairs[i + 1]);
        }
        return fields;
    }

    /** {@return seconds with milliseconds} */
    public static double seconds(Duration duration) {
        return duration.toMillis() / 1000.0;
    }

    /** {@return a finding} */
    public static Map<String, @Nullable Object> of(Finding finding) {
        return of(
                "node", finding.node(),
                "check", finding.check(),
                "severity", finding.severity(),
                "what", finding.what(),
                "why", finding.why(),
                "advice", finding.advice(),
                "command", finding.command());
    }

    /** {@return a prepared transaction} */
    public static Map<String, @Nullable Object> of(PreparedEntry entry) {
        return of(
                "node", entry.node(),
                "gid", entry.gid(),
                "owner", entry.owner().title(),
                "instance", entry.instance(),
                "role", entry.role(),
                "database", entry.database(),
                "ageSeconds", seconds(entry.age()),
                "xidAge", entry.xidAge(),
                "transaction", entry.transaction(),
                "global", entry.global(),
                "xid", entry.xid() == null ? null : of(entry.xid()));
    }

    private static Map<String, @Nullable Object> of(XaIdentifier xid) {
        return of("formatId", xid.formatId(), "globalId", xid.globalId(), "branchQualifier", xid.branchQualifier());
    }

    /** {@return a global transaction of any program} */
    public static Map<String, @Nullable Object> of(PreparedTransaction transaction) {
        return of(
                "id", transaction.id(),
                "owner", transaction.owner().title(),
                "instance", transaction.instance(),
                "ageSeconds", seconds(transaction.age()),
                "branches", of(transaction.branches()),
                "notPreparedOn", transaction.notPreparedOn());
    }

    /** {@return what a node keeps of an order with force} */
    public static Map<String, @Nullable Object> of(ForcedRecord record) {
        return of(
                "node", record.node(),
                "at", record.at(),
                "databaseUser", record.databaseUser(),
                "requestedBy", record.requestedBy(),
                "action", record.action(),
                "decision", record.decision(),
                "missing", record.missing(),
                "against", record.against(),
                "reason", record.reason(),
                "result", record.result());
    }

    /** {@return a branch of a settled transaction} */
    public static Map<String, @Nullable Object> of(Resolution.BranchResult branch) {
        return of(
                "node", branch.node(),
                "gid", branch.gid(),
                "ended", branch.ended(),
                "result", branch.result());
    }

    /** {@return prepared transactions} */
    public static List<Map<String, @Nullable Object>> of(List<PreparedEntry> entries) {
        return entries.stream().map(Fields::of).toList();
    }
}
