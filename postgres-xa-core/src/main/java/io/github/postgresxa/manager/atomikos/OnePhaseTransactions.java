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
 * The transactions in which only our nodes take part, as far as is known: their decision is in PostgreSQL, so Atomikos' log leaves them out. One object for
 * each manager that we opened, which also tells its transactions from another one's in the same process.
 */
final class OnePhaseTransactions implements ManagerHints {

    /** Static, because Atomikos' log is. */
    private static final Set<String> IDS = ConcurrentHashMap.newKeySet();

    @Override
    public void starts(Xid xid) {
        IDS.add(id(xid));
    }

    /** From here on a crash may leave branches for Atomikos to recover: it must come back under the same name. */
    @Override
    public void prepares(Xid xid) {
        IDS.remove(id(xid));
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
