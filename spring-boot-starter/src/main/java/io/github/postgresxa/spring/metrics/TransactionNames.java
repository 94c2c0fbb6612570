package io.github.postgresxa.spring.metrics;

import io.github.postgresxa.TransactionId;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Spring's names of transactions as values of a tag. Those of {@code @Transactional} methods are few, but any code can make up names: after so many
 * different ones, the others are {@value #OTHER}.
 */
final class TransactionNames {

    static final String TAG = "transaction";

    static final String OTHER = "other";

    /** Begun without Spring, or without a name. */
    static final String NONE = "none";

    /** A transaction that never ends must not be remembered for ever. */
    private static final int UNDER_WAY = 10_000;

    private final int limit;
    private final Supplier<@Nullable String> current;
    private final Set<String> known = ConcurrentHashMap.newKeySet();
    private final Map<TransactionId, String> underWay = Collections.synchronizedMap(new Eldest());

    /**
     * @param limit the most names; 0 for no tag at all
     * @param current gives the name of the calling thread's transaction
     */
    TransactionNames(int limit, Supplier<@Nullable String> current) {
        this.limit = limit;
        this.current = current;
    }

    boolean used() {
        return limit > 0;
    }

    /** On a thread whose transaction it is: only there its name can be asked for. */
    void began(TransactionId id) {
        if (used()) {
            underWay.put(id, bounded(current.get()));
        }
    }

    String ended(TransactionId id) {
        String name = used() ? underWay.remove(id) : null;
        return name == null ? NONE : name;
    }

    private String bounded(@Nullable String name) {
        if (name == null || name.isBlank()) {
            return NONE;
        }
        if (known.contains(name)) {
            return name;
        }
        synchronized (known) {
            if (known.size() < limit) {
                known.add(name);
            }
            return known.contains(name) ? name : OTHER;
        }
    }

    private static final class Eldest extends LinkedHashMap<TransactionId, String> {

        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<TransactionId, String> eldest) {
            return size() > UNDER_WAY;
        }
    }
}
