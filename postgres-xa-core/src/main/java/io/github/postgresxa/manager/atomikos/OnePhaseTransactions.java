package io.github.postgresxa.manager.atomikos;

import io.github.postgresxa.transaction.ManagerHints;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import javax.transaction.xa.Xid;

/** The transactions of this process in which only our nodes take part, as far as is known: their decision is in PostgreSQL. */
enum OnePhaseTransactions implements ManagerHints {
    /** Static, because Atomikos' log is. */
    INSTANCE;

    private final Set<String> ids = ConcurrentHashMap.newKeySet();

    @Override
    public void starts(Xid xid) {
        ids.add(id(xid));
    }

    @Override
    public void prepares(Xid xid) {
        ids.remove(id(xid));
    }

    @Override
    public void ends(Xid xid) {
        ids.remove(id(xid));
    }

    boolean contains(String coordinatorId) {
        return ids.contains(coordinatorId);
    }

    private static String id(Xid xid) {
        return new String(xid.getGlobalTransactionId(), StandardCharsets.UTF_8);
    }
}
