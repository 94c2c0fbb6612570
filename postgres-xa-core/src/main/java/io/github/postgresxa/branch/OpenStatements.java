package io.github.postgresxa.branch;

import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Statements that are open. Most transactions have one at a time, and need no collection for it. */
public final class OpenStatements {

    private @Nullable Statement one;
    private @Nullable Set<Statement> more;

    /** Creates it without statements. */
    public OpenStatements() {
        // Nothing is open.
    }

    /**
     * Adds a statement.
     *
     * @param statement a statement that was just opened
     */
    public synchronized void add(Statement statement) {
        if (one == null) {
            one = statement;
            return;
        }
        Set<Statement> others = more;
        if (others == null) {
            others = Collections.newSetFromMap(new IdentityHashMap<>());
            more = others;
        }
        others.add(statement);
    }

    /**
     * Removes a statement.
     *
     * @param statement a statement that was closed; it need not be there
     */
    public synchronized void remove(Statement statement) {
        if (one == statement) {
            one = null;
        } else if (more != null) {
            more.remove(statement);
        }
    }

    /**
     * Removes all statements.
     *
     * @return those that were open
     */
    public synchronized List<Statement> removeAll() {
        Statement first = one;
        Set<Statement> others = more;
        if (first == null && (others == null || others.isEmpty())) {
            return List.of();
        }
        List<Statement> all = others == null ? new ArrayList<>(1) : new ArrayList<>(others);
        if (first != null) {
            all.add(first);
        }
        one = null;
        more = null;
        return all;
    }
}
