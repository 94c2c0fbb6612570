package io.github.postgresxa;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Keeps the alarms of one {@link PostgresXa}. */
final class Alarms implements XaListener {

    record Alarm(TransactionId id, String node, Outcome decided, Outcome actual) {}

    private final List<Alarm> raised = new CopyOnWriteArrayList<>();

    @Override
    public void heuristic(TransactionId id, String node, Outcome decided, Outcome actual) {
        raised.add(new Alarm(id, node, decided, actual));
    }

    List<Alarm> raised() {
        return raised;
    }
}
