package io.github.postgresxa.manager.nodelog;

import io.github.postgresxa.Outcome;
import io.github.postgresxa.decision.Decision;
import io.github.postgresxa.decision.RegistrationLostException;
import io.github.postgresxa.decision.UnconfirmedCommitException;
import io.github.postgresxa.gid.ManagerName;
import io.github.postgresxa.manager.nodelog.Registration.Place;
import io.github.postgresxa.node.Claim;
import io.github.postgresxa.node.MonotonicClock;
import io.github.postgresxa.node.Uninterruptibles;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The log of the embedded transaction manager, on one of the nodes: its decisions where another resource takes part.
 * The process keeps nothing. The manager has a new name for each start, and is registered under it before the other
 * resource prepares anything; from then on its decisions are on that node alone, where every process finds them.
 *
 * <p>Several instances in one process share a manager, and so its log. It goes on when the instance is closed that
 * brought the node.
 */
public final class NodeLog {

    private static final Logger LOG = LoggerFactory.getLogger(NodeLog.class);

    private static final NodeLog NONE = none();

    private static final Duration ENQUIRY_LIMIT = Duration.ofSeconds(10);
    private static final Duration BETWEEN_QUESTIONS = Duration.ofMillis(200);

    private static final int TOGETHER = 100;
    private static final int KNOWN = 10_000;

    private final ManagerName name;
    private final UnderWay underWay;
    private final MonotonicClock clock;
    private final Registration registration;
    private final SignsOfLife signs;
    private final Map<String, Outcome> outcomes = Collections.synchronizedMap(new Recent());
    private final Claim elsewhere = Claim.on(ConcurrentHashMap.newKeySet(), this);
    private final Queue<String> done = new ConcurrentLinkedQueue<>();

    /** How the last decisions went. Of one that is dropped, the node is asked, or its row stays. */
    private static final class Recent extends LinkedHashMap<String, Outcome> {

        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Outcome> eldest) {
            return size() > KNOWN;
        }
    }

    /**
     * Creates the log of a manager that starts now.
     *
     * @param underWay its transactions
     */
    public NodeLog(UnderWay underWay) {
        this(ManagerName.random(), underWay, MonotonicClock.SYSTEM);
    }

    /** For tests that need the same name and time in each run. */
    NodeLog(ManagerName name, UnderWay underWay, MonotonicClock clock) {
        this.name = name;
        this.underWay = underWay;
        this.clock = clock;
        this.registration = new Registration(name, clock);
        this.signs = new SignsOfLife(name, underWay, clock);
    }

    /** {@return the log of no manager: it registers none, and writes nothing} There is one in a process. */
    public static NodeLog ofNoManager() {
        return NONE;
    }

    private static NodeLog none() {
        NodeLog log = new NodeLog(UnderWay.NOTHING);
        log.registration.refuse();
        return log;
    }

    /** {@return the manager's name} */
    public ManagerName name() {
        return name;
    }

    /** {@return the right to ask the resources beside the nodes; this process does that once at a time} */
    Claim elsewhere() {
        return elsewhere;
    }

    /** {@return its transactions} */
    UnderWay underWay() {
        return underWay;
    }

    /** {@return where it is registered, and the nodes of all instances} */
    Registration registration() {
        return registration;
    }

    /** {@return whether the manager is registered} */
    public boolean isRegistered() {
        return registration.isThere() && !registration.isLost();
    }

    /**
     * Registers the manager, if it is not registered yet. Before: nothing is prepared under its name. If it fails,
     * nothing may be.
     *
     * @throws SQLException if it is not registered, as far as is known, or not any more
     */
    public void register() throws SQLException {
        if (!isRegistered()) {
            SQLException failure = apart(() -> {
                try {
                    registration.require();
                    return null;
                } catch (SQLException e) {
                    return e;
                }
            });
            if (failure != null) {
                throw failure;
            }
        }
    }

    /** Registers the manager before it is needed, if that is possible, and was not tried a moment ago. */
    public void registerEarly() {
        if (registration.isDue()) {
            try {
                register();
            } catch (SQLException | RuntimeException | Error e) {
                LOG.debug("the transaction manager is not registered yet", e);
            }
        }
    }

    private static <T extends @Nullable Object> T apart(Supplier<T> work) {
        return Uninterruptibles.call(
                task -> {
                    Thread thread = new Thread(task, "postgres-xa-decision");
                    thread.setDaemon(true);
                    thread.start();
                },
                work);
    }

    /**
     * Writes the decision to commit. Before: every resource has agreed. After "committed": all commit. After "rolled
     * back": none may. After "unknown": none may be told anything; any process settles it by the row.
     *
     * <p>A manager may come here again with the same transaction. What was refused stays refused, and what was not
     * answered is only asked for: a second decision would contradict what was done or told meanwhile.
     *
     * @param transaction the transaction
     * @return what became of it; nothing is thrown, whatever happens
     */
    public Decided decide(String transaction) {
        Outcome before = outcomes.get(transaction);
        if (before == Outcome.COMMITTED) {
            return Decided.COMMITTED; // The manager writes it once more, with what is left to do.
        }
        if (before == Outcome.ROLLED_BACK) {
            return Decided.rolledBack(new SQLException("its decision was refused before"));
        }
        Decided result;
        try {
            result = apart(() -> before == Outcome.UNKNOWN ? askAgain(transaction) : write(transaction));
        } catch (RuntimeException | Error e) {
            result = Decided.unknown(asSql(e));
        }
        outcomes.put(transaction, result.outcome());
        return result;
    }

    /**
     * Tells whether a decision to commit was written here, and not all resources have carried it out.
     *
     * @param transaction the transaction
     * @return whether there is a row, as far as this process knows
     */
    public boolean hasDecided(String transaction) {
        return outcomes.get(transaction) == Outcome.COMMITTED;
    }

    private Decided askAgain(String transaction) {
        SQLException before = new SQLException("the reply to its decision was lost before");
        Place place = registration.place();
        return place == null ? Decided.unknown(before) : ask(place, transaction, before);
    }

    private Decided write(String transaction) {
        Place place;
        try {
            place = registration.require();
        } catch (SQLException | RuntimeException | Error e) {
            return Decided.rolledBack(asSql(e)); // Nothing of it was sent.
        }
        try {
            Decision.Kind row = place.node().decide(place.identity(), name, place.number(), transaction);
            return row == Decision.Kind.COMMIT ? Decided.COMMITTED : Decided.rolledBack(tooLate());
        } catch (UnconfirmedCommitException | RuntimeException | Error e) {
            return ask(place, transaction, asSql(e));
        } catch (RegistrationLostException e) {
            registration.lost(e);
            return Decided.rolledBack(e);
        } catch (SQLException e) {
            return Decided.rolledBack(e);
        }
    }

    private static SQLException tooLate() {
        return new SQLException("it took too long, or this process was taken for dead, so recovery had it rolled back");
    }

    private static SQLException asSql(Throwable e) {
        return e instanceof SQLException known ? known : new SQLException(String.valueOf(e), e);
    }

    /** Asks through the fence: a plain read proves nothing, because the decision may still be on its way. */
    private Decided ask(Place place, String transaction, SQLException lost) {
        long end = clock.nanos() + ENQUIRY_LIMIT.toNanos();
        do {
            try {
                Decision.Kind row = place.node().settle(place.identity(), name, transaction);
                return row == Decision.Kind.COMMIT ? Decided.COMMITTED : Decided.rolledBack(lost);
            } catch (SQLException | RuntimeException | Error e) {
                LOG.debug(
                        "asking node '{}' about a decision again", place.node().name(), e);
            }
        } while (clock.nanos() - end < 0 && clock.pause(BETWEEN_QUESTIONS));
        return Decided.unknown(lost);
    }

    /** {@return whether this manager has come to its decision in a transaction, however that went} */
    boolean hasTriedToDecide(String transaction) {
        return outcomes.containsKey(transaction);
    }

    /**
     * Settles a transaction on which this manager does not work any more. The node is not asked about one whose
     * decision was certainly not written: only this process would write it.
     *
     * @param transaction the transaction
     * @return the row that exists now
     * @throws SQLException if nothing is known
     */
    Decision.Kind settle(String transaction) throws SQLException {
        if (outcomes.get(transaction) == Outcome.ROLLED_BACK) {
            return Decision.Kind.ABORT;
        }
        Place place = registration.place();
        if (place == null) {
            throw new SQLException("this transaction manager is not registered");
        }
        return place.node().settle(place.identity(), name, transaction);
    }

    /**
     * Notes that every resource has ended a transaction, for good, if a decision was written for it. Its row goes some
     * time later.
     *
     * @param transaction the transaction
     */
    public void ended(String transaction) {
        if (outcomes.remove(transaction, Outcome.COMMITTED)) {
            done.add(transaction);
        }
    }

    /** Does what waits for nothing: notes what has ended, and that the manager lives. Called again and again. */
    void maintain() {
        Place place = registration.place();
        if (place != null && !registration.isLost()) {
            signs.at(registration, place);
            noteEnds(place);
        }
    }

    /** Notes what has ended, when the manager ends. What cannot be noted now stays. */
    public void close() {
        Place place = registration.place();
        if (place != null) {
            noteEnds(place);
        }
    }

    /** Goes on only while there is more than fits into one message: something new may always have ended meanwhile. */
    private void noteEnds(Place place) {
        List<String> some = new ArrayList<>();
        do {
            some.clear();
            String next = done.poll();
            while (next != null) {
                some.add(next);
                next = some.size() < TOGETHER ? done.poll() : null;
            }
        } while (!some.isEmpty() && noteEnds(place, some) && some.size() == TOGETHER);
    }

    private boolean noteEnds(Place place, List<String> some) {
        try {
            place.node().ended(some);
            return true;
        } catch (SQLException | RuntimeException | Error e) {
            LOG.debug(
                    "node '{}' does not take the ends of {} decisions",
                    place.node().name(),
                    some.size(),
                    e);
            done.addAll(some);
            return false;
        }
    }
}
