package io.github.postgresxa.manager.atomikos;

import com.atomikos.datasource.xa.XAResourceTransaction;
import com.atomikos.icatch.Participant;
import com.atomikos.icatch.imp.CoordinatorImp;
import io.github.postgresxa.manager.GuardedResource;
import io.github.postgresxa.manager.GuardedResources;
import io.github.postgresxa.transaction.FacadeXaResource;
import java.lang.reflect.Field;
import java.util.List;
import javax.transaction.xa.XAException;
import javax.transaction.xa.XAResource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The resources of a transaction in which not only nodes take part, guarded before it ends. Atomikos has no setting for
 * it, so fields of it are set. Where that is not possible, Atomikos works as ever.
 */
final class Participants {

    private static final Logger LOG = LoggerFactory.getLogger(AtomikosManager.class);

    private static final @Nullable Fields FIELDS = fields();

    private record Fields(Field participants, Field resource) {}

    private Participants() {}

    private static @Nullable Fields fields() {
        try {
            return new Fields(
                    field(CoordinatorImp.class, "participants_"), field(XAResourceTransaction.class, "xaresource"));
        } catch (ReflectiveOperationException | RuntimeException e) {
            LOG.debug("Atomikos meets other resources unguarded", e); // Another version, or a module that is closed.
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
        CoordinatorImp current = Commits.current();
        return FIELDS == null || current == null ? new GuardedResources() : guard(FIELDS, current);
    }

    private static GuardedResources guard(Fields fields, CoordinatorImp coordinator) {
        GuardedResources guarded = new GuardedResources();
        try {
            @SuppressWarnings("unchecked")
            List<Participant> participants =
                    (List<Participant>) fields.participants().get(coordinator);
            if (participants != null && !areNodesAlone(participants)) {
                for (Participant participant : participants) {
                    guardResource(fields.resource(), participant, guarded);
                }
                participants.replaceAll(p -> p instanceof XAResourceTransaction ? new GuardedParticipant(p) : p);
            }
        } catch (ReflectiveOperationException | RuntimeException e) {
            LOG.debug("Atomikos meets other resources unguarded", e);
        }
        return guarded;
    }

    private static void guardResource(Field field, Participant participant, GuardedResources guarded)
            throws ReflectiveOperationException {
        if (participant instanceof XAResourceTransaction
                && field.get(participant) instanceof XAResource resource
                && !(resource instanceof FacadeXaResource)) {
            GuardedResource guard = new GuardedResource(resource, XAException.XA_HEURMIX);
            field.set(participant, guard);
            guarded.add(guard);
        }
    }

    private static boolean areNodesAlone(List<Participant> participants) {
        return participants.isEmpty()
                || participants.size() == 1
                        && RegisteredResource.isName(participants.get(0).getResourceName());
    }
}
