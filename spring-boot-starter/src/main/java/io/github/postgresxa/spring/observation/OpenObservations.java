package io.github.postgresxa.spring.observation;

import io.github.postgresxa.TransactionId;
import io.micrometer.observation.Observation;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Holds the observations of active transactions. An application can forget to end a transaction, so the oldest
 * observation is removed when there are too many.
 */
final class OpenObservations {

    private final int limit;
    private final Map<TransactionId, Observation> observations = new LinkedHashMap<>();

    OpenObservations(int limit) {
        this.limit = limit;
    }

    /** {@return the oldest observation, which was removed because there are too many; otherwise null} */
    @Nullable
    synchronized Observation add(TransactionId id, Observation observation) {
        Observation oldest = null;
        if (observations.size() >= limit) {
            Iterator<Observation> all = observations.values().iterator();
            oldest = all.next();
            all.remove();
        }
        observations.put(id, observation);
        return oldest;
    }

    @Nullable
    synchronized Observation get(TransactionId id) {
        return observations.get(id);
    }

    @Nullable
    synchronized Observation remove(TransactionId id) {
        return observations.remove(id);
    }

    synchronized int size() {
        return observations.size();
    }
}
