package io.github.postgresxa.spring.observation;

import io.github.postgresxa.TransactionId;
import io.micrometer.observation.Observation;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The observations of transactions that have not ended. An application can forget to end one, so the oldest goes when there are too many. */
final class OpenObservations {

    private final int limit;
    private final Map<TransactionId, Observation> observations = new LinkedHashMap<>();

    OpenObservations(int limit) {
        this.limit = limit;
    }

    /** {@return the one that has to go for it, or null} */
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
