package io.github.postgresxa.manager.atomikos;

import com.atomikos.icatch.config.Configuration;
import io.github.postgresxa.gid.NodeIdentity;
import io.github.postgresxa.log.LogMessages;
import io.github.postgresxa.manager.nodelog.NodeLog;
import io.github.postgresxa.manager.nodelog.UnderWay;
import io.github.postgresxa.transaction.ManagerHints;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.Collection;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import javax.transaction.xa.Xid;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The transactions in which only PostgreSQL nodes take part, as far as is known. Their decision is in PostgreSQL, so
 * Atomikos' log omits them. There is one object for each embedded manager; it also distinguishes its transactions from
 * another manager's in the same process.
 */
final class OnePhaseTransactions implements ManagerHints {

    private static final Logger LOG = LoggerFactory.getLogger(AtomikosManager.class);

    /** Static, because Atomikos' log is. */
    private static final Set<String> IDS = ConcurrentHashMap.newKeySet();

    /** The nodes of each other transaction, until it is over. */
    private static final Map<String, Set<NodeIdentity>> PREPARED = new ConcurrentHashMap<>();

    /** All that have begun, until they are over. */
    private static final Set<String> UNDER_WAY = ConcurrentHashMap.newKeySet();

    /** {@return what is under way in this process} */
    static UnderWay underWay() {
        return new UnderWay() {
            @Override
            public boolean includes(Xid xid) {
                String id = id(xid);
                return UNDER_WAY.contains(id) || Commits.contains(id);
            }

            @Override
            public Set<?> all() {
                Set<String> all = new HashSet<>(UNDER_WAY);
                all.addAll(Commits.ids());
                return all;
            }
        };
    }

    /** Registers the manager if there is another resource already: that one is prepared before the nodes are. */
    @Override
    public void starts(Xid xid) {
        NodeLog log = AtomikosCore.nodeLog();
        if (log != null && !log.isRegistered() && Commits.currentHasOthers()) {
            register(log);
        }
        String id = id(xid);
        UNDER_WAY.add(id);
        IDS.add(id);
    }

    private static void register(NodeLog log) {
        try {
            log.register();
        } catch (SQLException e) {
            throw cannotBeWritten(e);
        }
    }

    private static IllegalStateException cannotBeWritten(Exception why) {
        LOG.error(LogMessages.NO_MANAGER_LOG, why.getMessage());
        return new IllegalStateException("the transaction manager's log cannot be written: " + why.getMessage(), why);
    }

    /**
     * Prepares for recovery: from here on, a crash may leave branches for Atomikos, so it must restart under the same
     * name.
     */
    @Override
    public void prepares(Xid xid) {
        IDS.remove(id(xid));
        AtomikosCore.prepares();
        NodeLog log = AtomikosCore.nodeLog();
        if (log != null) {
            register(log);
            return;
        }
        try {
            LogDirectory.create(Configuration.getConfigProperties());
        } catch (IOException e) {
            throw cannotBeWritten(e);
        }
    }

    @Override
    public void agree(Xid xid, Collection<NodeIdentity> nodes) {
        PREPARED.put(id(xid), Set.copyOf(nodes));
    }

    @Override
    public boolean neverCommits(Xid xid) {
        return Commits.isRefused(id(xid));
    }

    @Override
    public void ends(Xid xid) {
        String id = id(xid);
        IDS.remove(id);
        PREPARED.remove(id);
        UNDER_WAY.remove(id);
        Commits.ended(id);
    }

    /** {@return the nodes on which a transaction is prepared, as far as it is one of ours} */
    static Set<NodeIdentity> nodesOf(String coordinatorId) {
        return PREPARED.getOrDefault(coordinatorId, Set.of());
    }

    /** {@return whether it uses nodes and has not ended} */
    static boolean isUnderWay(String coordinatorId) {
        return UNDER_WAY.contains(coordinatorId);
    }

    static boolean contains(String coordinatorId) {
        return IDS.contains(coordinatorId);
    }

    private static String id(Xid xid) {
        return new String(xid.getGlobalTransactionId(), StandardCharsets.UTF_8);
    }
}
