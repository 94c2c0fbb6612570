package io.github.postgresxa.metrics;

import io.github.postgresxa.TransactionId;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Maps a framework's names of transactions to values of a tag. {@code @Transactional} methods have few names, but any
 * code can make up names: above the limit, all further ones are {@value #OTHER}.
 */
final class TransactionNames {

    static final String TAG = "transaction";

    static final String OTHER = "other";

    /** The value for a transaction that was begun without the framework or without a name. */
    static final String NONE = "none";

    /** Limits the memory for transactions that never end. */
    private static final int UNDER_WAY = 10_000;

    private final int limit;
    private final Supplier<@Nullable String> current;
    private final Set<String> known = ConcurrentHashMap.newKeySet();
    private final Map<TransactionId, String> underWay = Collections.synchronizedMap(new Eldest());

    /**
     * @param limit the maximum number of names; 0 for no tag
     * @param current supplies the name of the calling thread's transaction
     */
    TransactionNames(int limit, Supplier<@Nullable String> current) {
        this.limit = limit;
        this.current = current;
    }

    boolean used() {
        return limit > 0;
    }

    /** Reads the name of the transaction. The caller is on its thread: only there the name is known. */
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
