package io.github.postgresxa.recovery;

import io.github.postgresxa.InDoubtBranch;
import io.github.postgresxa.NodeStatus;
import io.github.postgresxa.XaListener;
import io.github.postgresxa.decision.MisplacedIdentityException;
import io.github.postgresxa.gid.NodeIdentity;
import io.github.postgresxa.log.LogMessages;
import io.github.postgresxa.log.Throttle;
import io.github.postgresxa.node.Claim;
import io.github.postgresxa.node.MonotonicClock;
import io.github.postgresxa.node.ServerFacts;
import io.github.postgresxa.node.Wire;
import io.github.postgresxa.prepared.PreparedBranch;
import io.github.postgresxa.prepared.PreparedList;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What this process sees of one node: its prepared branches, since when each is seen, and what is in doubt. */
final class NodeMonitor {

    private static final Logger LOG = LoggerFactory.getLogger(Recovery.class);

    private static final String NO_SCHEMA = "3F000";

    /** A younger branch is most probably being finished by its coordinator at this moment. */
    private static final Duration WORTH_A_LINE = Duration.ofSeconds(1);

    private final NodeLink link;
    private final MonotonicClock clock;
    private final LastPass lastPass;
    private final Throttle lines;
    private final Sightings sightings;
    private final Set<NodeIdentity> homesAtWork = ConcurrentHashMap.newKeySet();
    private final Map<NodeIdentity, List<InDoubtBranch>> doubts = new HashMap<>();
    private final Set<String> logged = new HashSet<>();
    private volatile long awaySince;
    private volatile boolean lacksSchema;
    private volatile @Nullable String refusal;
    private volatile List<InDoubtBranch> inDoubt = List.of();
    private volatile NodeStatus status;

    NodeMonitor(NodeLink link, MonotonicClock clock, LastPass lastPass) {
        this.link = link;
        this.clock = clock;
        this.lastPass = lastPass;
        this.sightings = new Sightings(clock);
        this.lines = new Throttle(20, Duration.ofSeconds(10), clock::nanos);
        this.status =
                new NodeStatus(link.node().name(), false, "not asked yet", null, null, 0, 0, 0, null, 0, Instant.now());
    }

    NodeLink link() {
        return link;
    }

    /** {@return what this process has seen of its branches} */
    Sightings sightings() {
        return sightings;
    }

    NodeStatus status() {
        return status.lastPass(lastPass.age(), lastPass.isOverdue());
    }

    /** {@return whether the node answered at the last scan, but its decision schema is missing or too old} */
    boolean lacksSchema() {
        return lacksSchema;
    }

    List<InDoubtBranch> inDoubt() {
        return inDoubt;
    }

    /**
     * What a scan has read.
     *
     * @param identity the database's in which it was read
     */
    record Scanned(PreparedList list, @Nullable NodeIdentity identity) {}

    /** {@return what is prepared on the node now} */
    PreparedList scan() throws SQLException {
        return scanWithIdentity().list();
    }

    Scanned scanWithIdentity() throws SQLException {
        try {
            Scanned scanned = link.use(wire -> new Scanned(read(wire), link.identity()));
            answered();
            lacksSchema = false;
            status = seen(scanned.list());
            return scanned;
        } catch (MisplacedIdentityException e) {
            answered();
            lacksSchema = false;
            status = unfit(e.getMessage());
            throw e;
        } catch (SQLException e) {
            lacksSchema = NO_SCHEMA.equals(e.getSQLState());
            silent(e);
            status = PreparedList.TAKES_NO_WRITES.equals(e.getSQLState()) ? unfit(e.getMessage()) : unreachable(e);
            throw e;
        }
    }

    private PreparedList read(Wire wire) throws SQLException {
        try {
            long asked = clock.nanos();
            PreparedList read = PreparedList.read(wire);
            link.node().experience().answered(clock.nanos() - asked);
            ServerFacts facts = link.facts();
            // In the order in which they were read.
            sightings.remember(read, facts == null ? "" : facts.incarnation(), asked);
            if (!read.cut()) {
                link.node().readYourWrites().listed(read::lists, asked);
            }
            if (facts != null) {
                link.history().saw(link.node().name(), facts.incarnation(), read.position(), clock.nanos());
            }
            return read;
        } catch (RuntimeException e) {
            throw new SQLException("its list of prepared transactions cannot be read: " + e, e);
        }
    }

    /**
     * Notes whether the node may be used.
     *
     * @param problem why the node is not used although it answers; null if it is used
     * @param listener called if that was not known before
     */
    void refuse(@Nullable String problem, XaListener listener) {
        synchronized (this) {
            if (Objects.equals(problem, refusal)) {
                return;
            }
            refusal = problem;
            status = unfit(problem);
        }
        if (problem != null) {
            listener.refused(link.node().name(), problem);
        }
    }

    private void answered() {
        long since = awaySince;
        if (since != 0) {
            awaySince = 0;
            LOG.info(
                    LogMessages.BACK,
                    link.node().name(),
                    Duration.ofNanos(clock.nanos() - since).toSeconds());
        }
    }

    /** Reports a silent node once, and not at the start, when it has never answered: the startup reports that. */
    private void silent(SQLException e) {
        if (awaySince == 0 && status.reachable() && !link.isClosed()) {
            awaySince = clock.nanos();
            LOG.warn(LogMessages.AWAY, link.node().name(), sentence(e));
        }
    }

    /**
     * {@return the claim on this home's branches: only its holder settles them, so only one waits for the home's
     * answer}
     */
    Claim claim(NodeIdentity home) {
        return Claim.on(homesAtWork, home);
    }

    /** {@return when the last pass ended} */
    LastPass lastPass() {
        return lastPass;
    }

    /** Notes the only homes for which branches are prepared here. All others are not in doubt any more. */
    synchronized void onlyHomes(Set<NodeIdentity> homes) {
        doubts.keySet().retainAll(homes);
        showDoubts();
    }

    synchronized void doubts(NodeIdentity home, List<InDoubtBranch> found) {
        logNew(found);
        doubts.put(home, List.copyOf(found));
        showDoubts();
    }

    private void logNew(List<InDoubtBranch> found) {
        for (InDoubtBranch branch : found) {
            boolean worth = branch.age().compareTo(WORTH_A_LINE) >= 0 && !link.isClosed();
            if (worth && logged.add(branch.gid()) && lines.pass()) {
                LOG.warn(
                        LogMessages.IN_DOUBT,
                        branch.transaction(),
                        branch.node(),
                        branch.age().toSeconds(),
                        branch.reason(),
                        lines.more());
            }
        }
    }

    private void showDoubts() {
        List<InDoubtBranch> found =
                doubts.values().stream().flatMap(List::stream).toList();
        inDoubt = found;
        logged.retainAll(found.stream().map(InDoubtBranch::gid).collect(Collectors.toSet()));
        NodeStatus s = status;
        status = new NodeStatus(
                s.name(),
                s.reachable(),
                s.problem(),
                s.identity(),
                s.serverVersion(),
                s.maxPrepared(),
                s.preparedOurs(),
                s.preparedForeign(),
                s.oldestPrepared(),
                found.size(),
                s.observedAt());
    }

    private NodeStatus seen(PreparedList list) {
        ServerFacts facts = link.facts();
        Duration oldest = list.ours().stream()
                .map(PreparedBranch::age)
                .max(Duration::compareTo)
                .orElse(null);
        return new NodeStatus(
                link.node().name(),
                true,
                refusal,
                text(link.identity()),
                facts == null ? null : facts.version(),
                facts == null ? 0 : facts.maxPrepared(),
                list.ours().size(),
                list.foreign(),
                oldest,
                inDoubt.size(),
                Instant.now());
    }

    private NodeStatus unreachable(SQLException e) {
        NodeStatus s = status;
        return new NodeStatus(
                s.name(),
                false,
                sentence(e),
                s.identity(),
                s.serverVersion(),
                s.maxPrepared(),
                s.preparedOurs(),
                s.preparedForeign(),
                s.oldestPrepared(),
                s.inDoubt(),
                Instant.now());
    }

    /** {@return the status of a node that answers but may not take part} */
    private NodeStatus unfit(@Nullable String problem) {
        NodeStatus s = status;
        ServerFacts facts = link.facts();
        return new NodeStatus(
                s.name(),
                true,
                problem,
                text(link.identity()),
                facts == null ? s.serverVersion() : facts.version(),
                facts == null ? s.maxPrepared() : facts.maxPrepared(),
                s.preparedOurs(),
                s.preparedForeign(),
                s.oldestPrepared(),
                s.inDoubt(),
                Instant.now());
    }

    private static String sentence(SQLException e) {
        String message = String.valueOf(e.getMessage()).strip();
        return message.endsWith(".") ? message : message + ".";
    }

    private static @Nullable String text(@Nullable NodeIdentity identity) {
        return identity == null ? null : identity.text();
    }
}
