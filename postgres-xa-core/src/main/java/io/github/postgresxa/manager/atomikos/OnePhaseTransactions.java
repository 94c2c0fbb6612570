package io.github.postgresxa.manager.atomikos;

import com.atomikos.icatch.config.Configuration;
import io.github.postgresxa.gid.NodeIdentity;
import io.github.postgresxa.transaction.ManagerHints;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import javax.transaction.xa.Xid;

/**
 * The transactions in which only PostgreSQL nodes take part, as far as is known. Their decision is in PostgreSQL, so
 * Atomikos' log omits them. There is one object for each embedded manager; it also distinguishes its transactions from
 * another manager's in the same process.
 */
final class OnePhaseTransactions implements ManagerHints {

    /** Static, because Atomikos' log is. */
    private static final Set<String> IDS = ConcurrentHashMap.newKeySet();

    /** The nodes of each other transaction, until it is over. */
    private static final Map<String, Set<NodeIdentity>> PREPARED = new ConcurrentHashMap<>();

    @Override
    public void starts(Xid xid) {
        IDS.add(id(xid));
    }

    /**
     * Prepares for recovery: from here on, a crash may leave branches for Atomikos, so it must restart under the same
     * name.
     */
    @Override
    public void prepares(Xid xid) {
        IDS.remove(id(xid));
        AtomikosCore.prepares();
        try {
            LogDirectory.create(Configuration.getConfigProperties());
        } catch (IOException e) {
            throw new UncheckedIOException("the transaction manager's log directory cannot be written", e);
        }
    }

    @Override
    public void agree(Xid xid, Collection<NodeIdentity> nodes) {
        PREPARED.put(id(xid), Set.copyOf(nodes));
    }

    @Override
    public void ends(Xid xid) {
        IDS.remove(id(xid));
        PREPARED.remove(id(xid));
    }

    /** {@return the nodes on which a transaction is prepared, as far as it is one of ours} */
    static Set<NodeIdentity> nodesOf(String coordinatorId) {
        return PREPARED.getOrDefault(coordinatorId, Set.of());
    }

    static boolean contains(String coordinatorId) {
        return IDS.contains(coordinatorId);
    }

    private static String id(Xid xid) {
        return new String(xid.getGlobalTransactionId(), StandardCharsets.UTF_8);
    }
}
