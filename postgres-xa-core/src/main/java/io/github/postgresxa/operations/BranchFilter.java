package io.github.postgresxa.operations;

import io.github.postgresxa.TransactionId;
import io.github.postgresxa.log.Sanitizer;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.Locale;
import java.util.Set;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;

/**
 * Selects transactions by what is prepared of them. All conditions have to hold.
 *
 * @param ids these transactions; empty for any
 * @param olderThan every branch has been prepared for longer than this; zero for any age
 * @param node a branch is prepared on this node; null for any
 * @param role this database role has prepared a branch; null for any
 * @param manager the transaction manager of this name decides, as {@code list} shows it; null for any
 */
public record BranchFilter(
        Set<TransactionId> ids,
        Duration olderThan,
        @Nullable String node,
        @Nullable String role,
        @Nullable String manager) {

    /** Selects everything. */
    public static final BranchFilter ALL = new BranchFilter(Set.of(), Duration.ZERO, null, null, null);

    /** Copies the set, and checks that a condition has a value. */
    public BranchFilter {
        ids = Set.copyOf(ids);
        checkNamed("node", node);
        checkNamed("role", role);
        checkNamed("manager", manager);
        if (olderThan.isNegative()) {
            throw new IllegalArgumentException("an age cannot be negative: " + olderThan);
        }
    }

    /**
     * Selects some transactions.
     *
     * @param ids the transactions, at least one
     * @return a filter for them
     */
    public static BranchFilter of(Set<TransactionId> ids) {
        if (ids.isEmpty()) {
            throw new IllegalArgumentException("no transaction is given; BranchFilter.ALL selects everything");
        }
        return new BranchFilter(ids, Duration.ZERO, null, null, null);
    }

    /**
     * Reads an age as people write it.
     *
     * @param text a number and its unit, for example {@code 90s}, {@code 10m}, {@code 2h} or {@code 1d}
     * @return the age
     * @throws IllegalArgumentException if the text has another form
     */
    public static Duration age(String text) {
        try {
            String upper = text.strip().toUpperCase(Locale.ROOT);
            return Duration.parse(upper.endsWith("D") ? "P" + upper : "PT" + upper);
        } catch (DateTimeParseException e) {
            throw new IllegalArgumentException("'%s' is no time: write 90s, 10m, 2h or 1d.".formatted(text), e);
        }
    }

    private static void checkNamed(String what, @Nullable String name) {
        if (name != null && name.isBlank()) {
            throw new IllegalArgumentException("the condition on the %s has no value".formatted(what));
        }
    }

    /** {@return the conditions, for the log} */
    @Override
    public String toString() {
        StringJoiner text = new StringJoiner(", ");
        text.setEmptyValue("all");
        if (!ids.isEmpty()) {
            text.add(ids.size() + " by id");
        }
        if (!olderThan.isZero()) {
            text.add("older than " + Ages.text(olderThan));
        }
        add(text, "on node", node);
        add(text, "of role", role);
        add(text, "of manager", manager);
        return Sanitizer.oneLine(text.toString());
    }

    private static void add(StringJoiner text, String what, @Nullable String value) {
        if (value != null) {
            text.add(what + " '" + value + "'");
        }
    }

    boolean selects(TransactionSnapshot found) {
        return (ids.isEmpty() || ids.contains(found.transaction()))
                && found.branches().allMatch(b -> b.age().compareTo(olderThan) >= 0)
                && (node == null
                        || found.holders().stream().anyMatch(n -> n.name().equals(node)))
                && (role == null || found.branches().anyMatch(b -> b.owner().equals(role)))
                && (manager == null
                        || found.branches()
                                .anyMatch(b -> Attribution.manager(b.gid()).equals(manager)));
    }
}
