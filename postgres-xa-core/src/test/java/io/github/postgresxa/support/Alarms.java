package io.github.postgresxa.support;

import io.github.postgresxa.Outcome;
import io.github.postgresxa.PostgresXa;
import io.github.postgresxa.TransactionId;
import io.github.postgresxa.XaListener;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Keeps the alarms of one {@link PostgresXa}. */
public final class Alarms implements XaListener {

    public record Alarm(TransactionId id, String node, Outcome decided, Outcome actual) {}

    private final List<Alarm> raised = new CopyOnWriteArrayList<>();

    @Override
    public void heuristic(TransactionId id, String node, Outcome decided, Outcome actual) {
        raised.add(new Alarm(id, node, decided, actual));
    }

    public List<Alarm> raised() {
        return raised;
    }
}
