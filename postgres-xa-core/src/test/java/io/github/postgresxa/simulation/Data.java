package io.github.postgresxa.simulation;

import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The visible state of a server: the sum of the visible log records. */
final class Data {

    final Set<String> legs = new HashSet<>();
    final Map<String, Row> decisions = new TreeMap<>();
    final Map<String, LogRecord> prepared = new TreeMap<>();
    final Set<Long> committed = new HashSet<>();

    /** By name. */
    final Map<String, ManagerRow> managers = new TreeMap<>();

    /** By the managers' own identifiers. */
    final Map<String, ManagerDecision> managersDecisions = new TreeMap<>();

    @Nullable
    Long mark;

    /** By participant. */
    final Map<String, Long> marks = new TreeMap<>();

    static Data replay(List<LogRecord> log) {
        Data data = new Data();
        log.forEach(data::apply);
        return data;
    }

    void apply(LogRecord entry) {
        switch (entry.kind()) {
            case PREPARE -> prepared.put(entry.gid(), entry);
            case COMMIT, COMMIT_PREPARED -> {
                prepared.remove(entry.gid());
                committed.add(entry.xid());
                entry.effects().forEach(this::apply);
            }
            case ROLLBACK_PREPARED -> prepared.remove(entry.gid());
        }
    }

    /** What the trigger of the table does. */
    private void raiseMarks(Row row) {
        for (int i = 0; row.isCommit() && i < row.participants().size(); i++) {
            marks.merge(row.participants().get(i), Long.parseLong(row.xids().get(i)), Long::max);
        }
    }

    private void apply(Effect effect) {
        if (effect instanceof Effect.Leg leg) {
            legs.add(leg.transaction());
        } else if (effect instanceof Effect.Insert insert) {
            decisions.put(insert.row().gtrid(), insert.row());
        } else if (effect instanceof Effect.Delete delete) {
            decisions.remove(delete.row().gtrid());
            raiseMarks(delete.row());
        } else if (effect instanceof Effect.Mark raised) {
            mark = raised.xid();
        } else {
            applyManagers(effect);
        }
    }

    private void applyManagers(Effect effect) {
        if (effect instanceof Effect.Register register) {
            managers.put(register.row().name(), register.row());
        } else if (effect instanceof Effect.Seen seen) {
            managers.computeIfPresent(seen.manager(), (name, row) -> row.seenAt(seen.at()));
        } else if (effect instanceof Effect.Unregister unregister) {
            managers.remove(unregister.manager());
        } else if (effect instanceof Effect.Settle settle) {
            managersDecisions.put(settle.row().gtrid(), settle.row());
        } else if (effect instanceof Effect.End end) {
            managersDecisions.computeIfPresent(end.gtrid(), (id, row) -> row.endedAt(end.at()));
        } else if (effect instanceof Effect.Unsettle unsettle) {
            managersDecisions.remove(unsettle.row().gtrid());
        }
    }
}
