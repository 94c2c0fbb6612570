package io.github.postgresxa.manager.atomikos;

import com.atomikos.icatch.CompositeTransaction;
import com.atomikos.icatch.CompositeTransactionManager;
import com.atomikos.icatch.TransactionService;
import com.atomikos.icatch.config.Configuration;
import com.atomikos.icatch.imp.CoordinatorImp;
import io.github.postgresxa.log.LogMessages;
import io.github.postgresxa.log.Throttle;
import io.github.postgresxa.manager.nodelog.NodeLog;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The commits that run in this process, with what Atomikos does not tell: who takes part, and how the decision went.
 * Static, because Atomikos is.
 */
final class Commits {

    private static final Logger LOG = LoggerFactory.getLogger(AtomikosManager.class);

    private static final Throttle LINES = new Throttle(3, Duration.ofMinutes(1), System::nanoTime);

    private static final Map<String, CoordinatorImp> RUNNING = new ConcurrentHashMap<>();

    /** Those whose decision was certainly not written. */
    private static final Set<String> REFUSED = ConcurrentHashMap.newKeySet();

    /** Those with a decision whose reply is lost, each with what happened. */
    private static final Map<String, String> UNKNOWN = new ConcurrentHashMap<>();

    /** The one that runs on the thread. */
    private static final ThreadLocal<@Nullable String> HERE = new ThreadLocal<>();

    private Commits() {}

    /**
     * Notes that the thread's transaction commits.
     *
     * @return its identifier; null if there is none
     */
    static @Nullable String begin() {
        CoordinatorImp coordinator = current();
        if (coordinator == null) {
            return null;
        }
        String id = coordinator.getCoordinatorId();
        RUNNING.put(id, coordinator);
        HERE.set(id);
        return id;
    }

    static void end(@Nullable String id) {
        if (id != null) {
            HERE.remove();
            RUNNING.remove(id);
            REFUSED.remove(id);
            UNKNOWN.remove(id);
        }
    }

    /** {@return whether its commit runs} */
    static boolean contains(String id) {
        return RUNNING.containsKey(id);
    }

    /** {@return those whose commits run} */
    static Set<String> ids() {
        return Set.copyOf(RUNNING.keySet());
    }

    /** {@return the thread's transaction; null if there is none} */
    static @Nullable CoordinatorImp current() {
        CompositeTransactionManager threads = Configuration.getCompositeTransactionManager();
        CompositeTransaction current = threads == null ? null : threads.getCompositeTransaction();
        return current != null && current.getCompositeCoordinator() instanceof CoordinatorImp coordinator
                ? coordinator
                : null;
    }

    /** {@return whether the thread's transaction has a resource that is none of ours} */
    static boolean currentHasOthers() {
        CoordinatorImp current = current();
        return current != null && hasOthers(current);
    }

    private static boolean hasOthers(CoordinatorImp coordinator) {
        return resources(coordinator).anyMatch(name -> !RegisteredResource.isName(name));
    }

    /** {@return the names of its resources} Atomikos' own participants, for example a mark, have none. */
    private static Stream<String> resources(CoordinatorImp coordinator) {
        return List.copyOf(coordinator.getParticipants()).stream()
                .flatMap(participant -> Stream.ofNullable(participant.getResourceName()));
    }

    /** {@return the coordinator, also of a commit that was not called here, but at Atomikos itself} */
    private static @Nullable CoordinatorImp coordinator(String id) {
        CoordinatorImp running = RUNNING.get(id);
        if (running != null) {
            return running;
        }
        TransactionService service = Configuration.getTransactionService();
        CompositeTransaction known = service == null ? null : service.getCompositeTransaction(id);
        return known != null && known.getCompositeCoordinator() instanceof CoordinatorImp other ? other : null;
    }

    /** {@return whether it has only one resource, which decides by itself} */
    static boolean isOnePhase(String id) {
        CoordinatorImp coordinator = coordinator(id);
        return coordinator != null && coordinator.getParticipants().size() == 1;
    }

    /**
     * Registers the manager, if another resource takes part: before that one prepares anything.
     *
     * @return why it is not registered, so that nothing may be prepared; null if it is, or does not have to be
     */
    static @Nullable SQLException cannotBeDecided(@Nullable String id, @Nullable NodeLog log) {
        CoordinatorImp coordinator = id == null ? null : RUNNING.get(id);
        if (log == null
                || coordinator == null
                || log.isRegistered()
                || resources(coordinator).count() < 2
                || !hasOthers(coordinator)) {
            return null;
        }
        try {
            log.register();
            return null;
        } catch (SQLException e) {
            if (LINES.pass()) {
                LOG.error(LogMessages.NO_MANAGER_LOG, e.getMessage() + LINES.more());
            }
            return e;
        }
    }

    /** Notes that the decision of a transaction was refused. Atomikos leaves it as it is. */
    static void refused(String id) {
        if (RUNNING.containsKey(id) || OnePhaseTransactions.isUnderWay(id)) {
            REFUSED.add(id);
        }
    }

    /** Forgets a transaction that has ended. */
    static void ended(String id) {
        REFUSED.remove(id);
    }

    static boolean isRefused(String id) {
        return REFUSED.contains(id);
    }

    /** Notes that the reply to the decision of a transaction is lost, for the caller of its commit. */
    static void unknown(String id, String why) {
        if (RUNNING.containsKey(id)) {
            UNKNOWN.put(id, why);
        }
    }

    /** {@return whether the outcome is not known of the commit that runs on this thread} */
    static boolean isUnknownHere() {
        return !UNKNOWN.isEmpty() && unknown(HERE.get()) != null;
    }

    /** {@return why the outcome is not known of what Atomikos reports as rolled back; null if it is} */
    static @Nullable String unknown(@Nullable String id) {
        return id == null ? null : UNKNOWN.get(id);
    }
}
