package io.github.postgresxa.manager.narayana;

import com.arjuna.ats.arjuna.common.Uid;
import com.arjuna.ats.arjuna.coordinator.BasicAction;
import com.arjuna.ats.internal.jta.resources.arjunacore.XAResourceRecord;
import com.arjuna.ats.internal.jta.resources.arjunacore.XAResourceRecordWrappingPlugin;
import com.arjuna.ats.internal.jta.transaction.arjunacore.TransactionImple;
import com.arjuna.ats.jta.xa.XidImple;
import io.github.postgresxa.transaction.FacadeXaResource;
import io.github.postgresxa.transaction.ManagerHints;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import javax.transaction.xa.XAResource;
import javax.transaction.xa.Xid;

/**
 * Notices the transactions in which another resource takes part beside the nodes, so that Narayana decides. Narayana
 * asks its plug-in for the name of each resource that is enlisted, and the second one of a transaction makes it mixed.
 * That is before anything is prepared. Where the application has a plug-in of its own, the hint comes when the nodes
 * are prepared.
 */
final class MixedTransactions implements ManagerHints, XAResourceRecordWrappingPlugin {

    /** Static, because Narayana's store is. */
    private static final Set<Uid> PREPARED = ConcurrentHashMap.newKeySet();

    private static final Integer NO_NAME = 0;

    @Override
    public Integer getEISName(XAResource enlisted) throws IOException {
        if (isSecond()) {
            NarayanaCore.keepName();
            BasicAction current = BasicAction.Current();
            if (current != null && NarayanaCore.decidesOnNode()) {
                current.add(new FirstToCommit()); // Once: a second one is a duplicate.
            }
        }
        return NO_NAME;
    }

    /** {@return whether the thread's transaction has a resource already, or cannot be seen from here} */
    private static boolean isSecond() {
        TransactionImple current = TransactionImple.getTransaction();
        return current == null || !current.getResources().isEmpty();
    }

    @Override
    public String getEISName(Integer name) {
        return String.valueOf(name);
    }

    @Override
    public void transcribeWrapperData(XAResourceRecord record) {
        // The application's resources have no wrapper that would know more about them.
    }

    @Override
    public void prepares(Xid xid) {
        PREPARED.add(new XidImple(xid).getTransactionUid());
        try {
            NarayanaCore.keepName();
        } catch (IOException e) {
            throw new UncheckedIOException("the transaction manager's log cannot be written: " + e.getMessage(), e);
        }
    }

    @Override
    public void ends(Xid xid) {
        if (!PREPARED.isEmpty()) {
            PREPARED.remove(new XidImple(xid).getTransactionUid());
        }
    }

    /** {@return whether nothing but nodes takes part in a transaction that is under way here, and they decide} */
    static boolean isOfNodesAlone(Uid id) {
        TransactionImple transaction = TransactionImple.getTransaction(id);
        if (transaction == null || PREPARED.contains(id)) {
            return false;
        }
        Set<XAResource> resources = transaction.getResources().keySet();
        return resources.size() == 1 && resources.iterator().next() instanceof FacadeXaResource;
    }
}
