package io.github.postgresxa.manager.atomikos;

import com.atomikos.icatch.config.Configuration;
import io.github.postgresxa.transaction.ManagerHints;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
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
    public void ends(Xid xid) {
        IDS.remove(id(xid));
    }

    static boolean contains(String coordinatorId) {
        return IDS.contains(coordinatorId);
    }

    private static String id(Xid xid) {
        return new String(xid.getGlobalTransactionId(), StandardCharsets.UTF_8);
    }
}
