package io.github.postgresxa.simulation;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A transaction that runs on a server. */
final class Work {

    final List<Effect> effects = new ArrayList<>();

    @Nullable
    Long xid;

    boolean failed;
    boolean durable;
    boolean lockTimeout;
    boolean deferredFailure;

    boolean inserts(String gtrid) {
        return effects.stream()
                .anyMatch(e -> e instanceof Effect.Insert i && i.row().gtrid().equals(gtrid));
    }

    boolean deletes(String gtrid) {
        return effects.stream()
                .anyMatch(e -> e instanceof Effect.Delete d && d.row().gtrid().equals(gtrid));
    }

    boolean marks() {
        return effects.stream().anyMatch(Effect.Mark.class::isInstance);
    }
}
