package io.github.postgresxa.manager.narayana;

import com.arjuna.ats.arjuna.coordinator.AbstractRecord;
import com.arjuna.ats.arjuna.coordinator.BasicAction;
import com.arjuna.ats.arjuna.coordinator.RecordList;
import com.arjuna.ats.internal.jta.resources.arjunacore.XAResourceRecord;
import com.arjuna.ats.internal.jta.transaction.arjunacore.TransactionImple;
import com.arjuna.ats.internal.jta.xa.TxInfo;
import io.github.postgresxa.manager.GuardedResource;
import io.github.postgresxa.manager.GuardedResources;
import io.github.postgresxa.transaction.FacadeXaResource;
import java.io.Serializable;
import java.lang.reflect.Field;
import java.util.Map;
import javax.transaction.xa.XAException;
import javax.transaction.xa.XAResource;
import org.jboss.tm.FirstResource;
import org.jboss.tm.LastResource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The resources of a transaction that are not ours, guarded before it ends. Narayana has no setting for it, so fields
 * of it are set. Where that is not possible, or a resource has to keep its type, Narayana works as ever.
 */
final class OtherResources {

    private static final Logger LOG = LoggerFactory.getLogger(NarayanaManager.class);

    private static final @Nullable Fields FIELDS = fields();

    private record Fields(Field action, Field resources, Field records, Field resource) {}

    private OtherResources() {}

    private static @Nullable Fields fields() {
        try {
            return new Fields(
                    field(TransactionImple.class, "_theTransaction"),
                    field(TransactionImple.class, "_resources"),
                    field(BasicAction.class, "pendingList"),
                    field(XAResourceRecord.class, "_theXAResource"));
        } catch (ReflectiveOperationException | RuntimeException e) {
            LOG.debug("Narayana meets other resources unguarded", e); // Another version, or a module that is closed.
            return null;
        }
    }

    private static Field field(Class<?> type, String name) throws NoSuchFieldException {
        Field field = type.getDeclaredField(name);
        field.setAccessible(true);
        return field;
    }

    /** Guards those of the thread's transaction. {@return the resources that are guarded now} */
    static GuardedResources guard() {
        TransactionImple transaction = TransactionImple.getTransaction();
        if (FIELDS == null || transaction == null) {
            return new GuardedResources();
        }
        for (XAResource enlisted : transaction.getResources().keySet()) {
            if (!(enlisted instanceof FacadeXaResource)) {
                return guard(FIELDS, transaction);
            }
        }
        return new GuardedResources();
    }

    private static GuardedResources guard(Fields fields, TransactionImple transaction) {
        GuardedResources guarded = new GuardedResources();
        try {
            if (fields.records().get(fields.action().get(transaction)) instanceof RecordList records) {
                for (AbstractRecord next = records.peekFront(); next != null; next = records.peekNext(next)) {
                    if (next instanceof XAResourceRecord record && isToGuard(record.value())) {
                        guard(fields, transaction, record, guarded);
                    }
                }
            }
        } catch (ReflectiveOperationException | RuntimeException e) {
            LOG.debug("Narayana meets other resources unguarded", e);
        }
        return guarded;
    }

    /** Narayana orders some resources by their type, and writes others to its log. */
    private static boolean isToGuard(Object resource) {
        return resource instanceof XAResource
                && !(resource instanceof FacadeXaResource
                        || resource instanceof GuardedResource
                        || resource instanceof FirstResource
                        || resource instanceof LastResource
                        || resource instanceof Serializable);
    }

    /** Narayana looks a resource up by itself to know whether its work has ended, so the guard has the same entry. */
    private static void guard(
            Fields fields, TransactionImple transaction, XAResourceRecord record, GuardedResources guarded)
            throws ReflectiveOperationException {
        XAResource resource = (XAResource) record.value();
        TxInfo known = transaction.getResources().get(resource);
        if (known != null) {
            GuardedResource guard = new GuardedResource(resource, XAException.XAER_NOTA);
            @SuppressWarnings("unchecked")
            Map<XAResource, TxInfo> entries =
                    (Map<XAResource, TxInfo>) fields.resources().get(transaction);
            entries.put(guard, known);
            fields.resource().set(record, guard);
            guarded.add(guard);
        }
    }
}
