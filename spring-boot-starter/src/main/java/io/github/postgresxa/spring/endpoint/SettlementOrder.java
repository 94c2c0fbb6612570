package io.github.postgresxa.spring.endpoint;

import io.github.postgresxa.TransactionId;
import io.github.postgresxa.operations.BranchFilter;
import io.github.postgresxa.operations.BulkRequest;
import io.github.postgresxa.operations.DecisionState;
import io.github.postgresxa.operations.Operations;
import io.github.postgresxa.operations.ResolveAction;
import io.github.postgresxa.operations.ResolveRequest;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.actuate.endpoint.OperationResponseBody;

/**
 * An operator's order as it comes over HTTP: for one transaction, or for many.
 *
 * @param what a transaction's id, or {@value #MANY}
 * @param action how it is to end
 * @param expected the decision that the operator saw
 * @param reason why
 * @param requestedBy who gives it
 * @param force whether to override what is known
 * @param without what is gone for good
 * @param selection which transactions, of many
 * @param dryRun whether only to say what would happen; null if that was not said
 */
record SettlementOrder(
        String what,
        ResolveAction action,
        @Nullable DecisionState expected,
        String reason,
        String requestedBy,
        boolean force,
        Set<String> without,
        Selection selection,
        @Nullable Boolean dryRun) {

    /** In the place of an id: many transactions. */
    static final String MANY = "resolve";

    /**
     * Selects transactions, as the console does.
     *
     * @param transactions these; empty for any
     * @param all whether all are wanted that the other conditions leave
     * @param olderThan prepared for longer, for example {@code 10m}
     * @param preparedOn with a branch on this node
     * @param role prepared by this database role
     * @param manager of the transaction manager of this name
     */
    record Selection(
            List<String> transactions,
            boolean all,
            @Nullable String olderThan,
            @Nullable String preparedOn,
            @Nullable String role,
            @Nullable String manager) {

        boolean isEmpty() {
            return asMap().isEmpty();
        }

        BranchFilter filter() {
            if (isEmpty()) {
                throw new IllegalArgumentException("No transaction is selected, and nothing was done. Give transactions"
                        + " (ids with commas between them), conditions (olderThan, preparedOn, role, manager), or"
                        + " all=true.");
            }
            return new BranchFilter(
                    transactions.stream()
                            .map(text -> id(text, ""))
                            .collect(Collectors.toCollection(LinkedHashSet::new)),
                    olderThan == null ? Duration.ZERO : BranchFilter.age(olderThan),
                    preparedOn,
                    role,
                    manager);
        }

        /** {@return what was given} */
        Map<String, Object> asMap() {
            Map<String, Object> given = new LinkedHashMap<>();
            if (!transactions.isEmpty()) {
                given.put("transactions", transactions);
            }
            if (all) {
                given.put("all", true);
            }
            put(given, "olderThan", olderThan);
            put(given, "preparedOn", preparedOn);
            put(given, "role", role);
            put(given, "manager", manager);
            return given;
        }

        private static void put(Map<String, Object> given, String name, @Nullable String value) {
            if (value != null) {
                given.put(name, value);
            }
        }
    }

    private boolean many() {
        return what.equals(MANY);
    }

    /** {@return whether nothing is to be done: what concerns many begins with a look} */
    boolean isDryRun() {
        return dryRun == null ? many() : dryRun;
    }

    OperationResponseBody carryOut(Operations operations) {
        if (many()) {
            return BulkResolutionDescriptor.of(operations.resolve(bulk(selection.filter())), this);
        }
        if (!selection.isEmpty()) {
            throw new IllegalArgumentException(
                    "Conditions select many transactions: give them to '%s' in the place of an id. Nothing was done."
                            .formatted(MANY));
        }
        TransactionId id = id(what, ", nor the word '%s'".formatted(MANY));
        if (isDryRun()) {
            return BulkResolutionDescriptor.of(operations.resolve(bulk(BranchFilter.of(Set.of(id)))), this);
        }
        if (expected == null) {
            throw new IllegalArgumentException("Say with 'expected' which decision you saw: none, commit, rollback or"
                    + " unknown. Nothing was done.");
        }
        return ResolutionDescriptor.of(
                operations.resolve(
                        new ResolveRequest(id, action, expected, reason, requestedBy, force).without(without)),
                this);
    }

    private static TransactionId id(String text, String other) {
        try {
            return TransactionId.parse(text);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    ("'%s' is not a transaction id, which has 36 characters, as pgxa.decision shows it%s. Nothing was"
                                    + " done.")
                            .formatted(text, other),
                    e);
        }
    }

    private BulkRequest bulk(BranchFilter filter) {
        return new BulkRequest(filter, action, expected, reason, requestedBy, force, without, isDryRun());
    }

    /** {@return the order for the audit event} */
    Map<String, Object> audit() {
        Map<String, Object> data = new LinkedHashMap<>();
        if (!many()) {
            data.put("transaction", what);
        }
        data.putAll(selection.asMap());
        data.put("action", action);
        if (expected != null) {
            data.put("expected", expected);
        }
        data.put("reason", reason);
        data.put("force", force);
        data.put("without", List.copyOf(without));
        return data;
    }
}
