package io.github.postgresxa.recovery;

import io.github.postgresxa.RecoverySettings;
import io.github.postgresxa.node.Wire;
import java.sql.SQLException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * When this process looks at one node. Many instances share the looks: a few hold {@link Places}, keep their sessions
 * and look, together about as often as three instances alone. The others close their sessions and visit rarely; a visit
 * is a whole pass, and takes a place that is free. Whoever holds a place at one moment changes with time. What this
 * process itself has left to recovery, and a node that does not answer, it looks at as if it were alone. A quiet
 * database follows the first one of its server ({@link ServerMates}).
 *
 * <p>It counts ticks of the timer, one for each interval, and reads no clock. No outcome depends on it: recovery may
 * run at any time, in any process.
 */
final class Lookout {

    private static final Logger LOG = LoggerFactory.getLogger(Recovery.class);

    /** As many look at the full pace. */
    private static final int AT_FULL_PACE = 3;

    /** With a longer interval than this, a session is not kept from one look to the next. */
    private static final Duration WORTH_KEEPING = Duration.ofSeconds(10);

    /** The looks of a holder from one question who else looks to the next. */
    private static final int LOOKS_PER_CENSUS = 20;

    /** For so many intervals a session is kept that a turn of another node has used. */
    private static final int KEPT_FOR_OTHERS = 5;

    /** The looks after which a place is left to another instance, if all are taken. */
    private static final int TERM = 300;

    /** The same while something stays in doubt: another instance may reach the home that this one does not. */
    private static final int TERM_IN_DOUBT = 10;

    /** For so many ticks after something was left to recovery, this process looks at every tick. */
    private static final int ATTENTION = 30;

    /** The same after its work got no connection. Else it would open a session per tick while its pool is in use. */
    private static final int ATTENTION_TO_A_MISS = 5;

    /** How much less often numbers for people are read by an instance that only visits. */
    private static final int RARE_STATISTICS = 60;

    private static final int SILENT_AFTER = 10;
    private static final Duration LEAST_SILENCE = Duration.ofSeconds(2);

    private static final String NOT_POSSIBLE = "42";

    private final NodeMonitor monitor;
    private final NodeLink link;
    private final RecoverySettings settings;
    private final Group group;
    private final Visits visits;
    private final ServerMates mates;
    private final Map<NodeMonitor, Lookout> lookouts;
    private @Nullable Places places;
    private String placesOf = "";
    private volatile @Nullable Wire holds;
    private volatile int pace = 1;
    private volatile boolean visitor;
    private volatile boolean impossible;
    private volatile boolean follows;
    private int looks;
    private int term;
    private int looksInDoubt;
    private int untilCensus;
    private int sweeps;
    private int ticks = 1;
    private int attention;
    private int stays;
    private boolean stayed;

    private Lookout(
            NodeMonitor monitor,
            RecoverySettings settings,
            Group group,
            ServerMates mates,
            Map<NodeMonitor, Lookout> lookouts) {
        this.monitor = monitor;
        this.link = monitor.link();
        this.settings = settings;
        this.group = group;
        this.visits = new Visits(settings.interval());
        this.mates = mates;
        this.lookouts = lookouts;
    }

    /** {@return the lookouts of one process, in the order of the nodes} */
    static Map<NodeMonitor, Lookout> over(
            List<NodeMonitor> monitors, RecoverySettings settings, Duration retention, ServerMates mates) {
        Group group = new Group(monitors, settings, retention);
        Map<NodeMonitor, Lookout> lookouts = new LinkedHashMap<>();
        monitors.forEach(m -> lookouts.put(m, new Lookout(m, settings, group, mates, lookouts)));
        return lookouts;
    }

    /** {@return whether a look is due} Called at each tick; sends nothing. */
    synchronized boolean isDue() {
        if (link.node().experience().takeMissed()) {
            attention = Math.max(attention, ATTENTION_TO_A_MISS);
        }
        if (attention > 0) {
            attention--;
            ticks = 1;
        }
        if (follows && !mates.isFollowing(monitor)) {
            ticks = 1;
        }
        ticks = Math.max(0, ticks - 1);
        return ticks == 0;
    }

    /** Looks at every tick for a while: this process has left something to recovery. */
    synchronized void attend() {
        attention = ATTENTION;
    }

    /**
     * Looks at the next tick: something is left that can probably be settled then. A visitor stays for little more than
     * the grace, which counts from its own first sight. Otherwise it would have to leave that to its next visit.
     */
    synchronized void soon() {
        if (!visitor || stays <= ticksOfGrace()) {
            ticks = Math.min(ticks, 1);
            stayed = true;
        }
    }

    private long ticksOfGrace() {
        return 1 + settings.grace().dividedBy(settings.interval());
    }

    /** {@return how much more rarely than an instance alone this one reads numbers for people} */
    int rarity() {
        return visitor ? RARE_STATISTICS : pace;
    }

    /**
     * {@return whether decisions are cleaned up here this time} An instance that looks as if it were alone does that,
     * too, with a place or without: it does not know whether others do.
     */
    synchronized boolean sweepsNow() {
        return !visitor && sweeps++ % pace == 0;
    }

    private boolean isShared() {
        return settings.share() && !impossible && isKept();
    }

    private boolean isKept() {
        return settings.interval().compareTo(WORTH_KEEPING) <= 0;
    }

    private boolean holdsPlace() {
        Wire held = holds;
        return held != null && !held.isClosed();
    }

    /** Gives the session back if the next look is not soon. Never waits. */
    void rest(boolean lookJustEnded) {
        boolean waits;
        synchronized (this) {
            waits = attention == 0 && ticks > 1;
        }
        if (isShared() ? waits && !holdsPlace() : !isKept()) {
            // A home that a turn of another node has asked is probably asked again.
            link.rest(lookJustEnded ? Duration.ZERO : settings.interval().multipliedBy(KEPT_FOR_OTHERS));
        }
    }

    /** Decides after a look when the next one is. */
    void decide() {
        follows = false;
        if (!isShared() || !monitor.status().reachable() || monitor.status().problem() != null || attends()) {
            mates.release(monitor);
            alone();
            return;
        }
        if (mates.follows(monitor, visitor)) {
            follow();
            return;
        }
        try {
            link.use(wire -> {
                decide(wire);
                return wire;
            });
        } catch (SQLException e) {
            String state = e.getSQLState();
            // A right or a function is missing: then this process looks by itself.
            impossible = state != null && state.startsWith(NOT_POSSIBLE);
            LOG.debug("looks at node '{}' are not shared now", link.node().name(), e);
            alone();
        }
    }

    private synchronized boolean attends() {
        return attention > 0;
    }

    private void alone() {
        pace = 1;
        visitor = false;
        plan(1);
    }

    private void decide(Wire wire) throws SQLException {
        boolean inDoubt = !monitor.inDoubt().isEmpty();
        looksInDoubt = inDoubt ? looksInDoubt + 1 : 0;
        boolean over = looks >= term || looksInDoubt >= termInDoubt();
        if (holds == wire && --untilCensus > 0 && !over) {
            looks++;
            plan(inDoubt ? 1 : pace);
            return;
        }
        untilCensus = LOOKS_PER_CENSUS;
        Places shared = places(wire);
        Places.Census census = shared.census(wire);
        if (census.mine() && census.isFull() && over) {
            Places.leave(wire);
            visits.reset();
            away();
        } else if (census.mine()) {
            // A place that is not needed is kept for another term.
            looks = over ? 0 : looks;
            looksInDoubt = over ? 0 : looksInDoubt;
            keep(wire, census.looking(), inDoubt);
        } else if (!census.isFull() && shared.take(wire, census)) {
            looks = 0;
            looksInDoubt = 0;
            term = Visits.spread(TERM);
            keep(wire, census.looking() + 1, inDoubt);
        } else {
            away();
        }
    }

    /** {@return the places of the present group} As long as a node has never answered, its identity is not known. */
    private Places places(Wire wire) throws SQLException {
        Places known = places;
        String now = group.at(link);
        if (known == null || !now.equals(placesOf)) {
            if (holds == wire) {
                holds = null;
                Places.leave(wire);
            }
            Duration silence = settings.interval().multipliedBy(SILENT_AFTER);
            known = new Places(now, silence.compareTo(LEAST_SILENCE) < 0 ? LEAST_SILENCE : silence);
            places = known;
            placesOf = now;
        }
        return known;
    }

    /** Long enough to be sure that no coordinator can decide any more. */
    private long termInDoubt() {
        return TERM_IN_DOUBT + 2 * settings.grace().dividedBy(settings.interval());
    }

    private void keep(Wire wire, int looking, boolean inDoubt) {
        holds = wire;
        looks++;
        visits.reset();
        visitor = false;
        stayed = false;
        pace = Math.max(1, (looking + AT_FULL_PACE - 1) / AT_FULL_PACE);
        plan(inDoubt ? 1 : pace);
    }

    private void away() {
        leave();
        visitor = true;
        stays = stayed ? stays + 1 : 0;
        stayed = false;
        plan(visits.next());
    }

    /**
     * Gives the session back, and with it the place that it may hold. Holders of places in the first database clean up
     * here.
     */
    private void follow() {
        leave();
        visits.reset();
        stayed = false;
        Lookout first = mates.first(monitor).map(lookouts::get).orElse(this);
        pace = first.pace;
        visitor = first.visitor;
        plan(visits.nextOfFollower(visitor));
        // Last: if the first one has seen something meanwhile, the next tick finds that this one follows no more.
        follows = true;
    }

    private void leave() {
        holds = null;
        looks = 0;
        looksInDoubt = 0;
    }

    private void plan(int next) {
        synchronized (this) {
            ticks = next;
        }
        monitor.lastPass().expectAfter(settings.interval().multipliedBy(next));
    }
}
