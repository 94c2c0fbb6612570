package io.github.postgresxa.recovery;

import io.github.postgresxa.gid.NodeIdentity;
import io.github.postgresxa.node.Wire;
import io.github.postgresxa.prepared.DatabaseList;
import java.sql.SQLException;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Nodes that are databases of one server. Each session sees in which databases of its server something is prepared. So
 * a quiet database gives its session back and follows the first one: it is scanned when the session there sees a branch
 * in it, sees that it was dropped, renamed or closed, or finds another server or a restarted one; and rarely anyway.
 *
 * <p>It sets the pace and decides nothing. What recovery concludes and finishes in a database comes from a scan over
 * that database's own session.
 */
final class ServerMates {

    private static final Logger LOG = LoggerFactory.getLogger(Recovery.class);

    /** After so many scans in a row without a branch a session is not worth keeping. */
    private static final int QUIET_SCANS = 10;

    /** The scans from one attempt to find the server's first database to the next. */
    private static final int RETRY_SCANS = 30;

    private static final String SESSION = """
            select d.oid::bigint, d.datname, (extract(epoch from pg_postmaster_start_time()) * 1000000)::bigint,
                   a.pid, (extract(epoch from a.backend_start) * 1000000)::bigint
            from pg_database d, pg_stat_activity a
            where d.datname = current_database() and a.pid = pg_backend_pid()
            """;

    private static final String SEES = """
            select 1 from pg_stat_activity
            where pid = %d and (extract(epoch from backend_start) * 1000000)::bigint = %d
            """;

    private final List<NodeMonitor> monitors;
    private final Predicate<NodeMonitor> checked;
    private final Map<NodeMonitor, Mate> following = new ConcurrentHashMap<>();
    private final Map<NodeMonitor, Mate> proved = new ConcurrentHashMap<>();
    private final Map<NodeMonitor, Integer> quietScans = new ConcurrentHashMap<>();

    /**
     * One start of one server. A copy of its files has the same incarnation, but not the same start.
     *
     * @param incarnation the server's
     * @param started when it was started, in microseconds by its own clock
     */
    private record ServerStart(String incarnation, long started) {}

    /**
     * A database, as its number and name tell it.
     *
     * @param number its oid
     * @param name its name
     */
    private record Database(long number, String name) {}

    /**
     * A session of recovery.
     *
     * @param process the number of its server process
     * @param began when that began, in microseconds by the server's clock
     */
    private record Session(ServerStart server, Database database, long process, long began) {

        static Session of(NodeLink link, Wire wire) throws SQLException {
            List<@Nullable String> row = wire.send(SESSION).row();
            return new Session(
                    new ServerStart(link.incarnation(), number(row, 2)),
                    new Database(number(row, 0), String.valueOf(row.get(1))),
                    number(row, 3),
                    number(row, 4));
        }

        private static long number(List<@Nullable String> row, int column) {
            return Long.parseLong(String.valueOf(row.get(column)));
        }
    }

    /** A database that is on the same server as the first one. */
    private record Mate(NodeMonitor first, ServerStart server, Database database) {

        boolean isThere(ServerStart now, DatabaseList list) {
            DatabaseList.Database found = list.databases().get(database.number());
            return server.equals(now)
                    && found != null
                    && found.open()
                    && found.name().equals(database.name());
        }

        boolean listsAnything(DatabaseList list) {
            DatabaseList.Database found = list.databases().get(database.number());
            return found != null && found.lists();
        }
    }

    /**
     * Creates the groups of nodes. At first, no node follows another one.
     *
     * @param checked whether nothing is left to check of a node's present incarnation
     */
    ServerMates(List<NodeMonitor> monitors, Predicate<NodeMonitor> checked) {
        this.monitors = monitors;
        this.checked = checked;
    }

    /** {@return the node that a node follows} Sends nothing. */
    Optional<NodeMonitor> first(NodeMonitor monitor) {
        return Optional.ofNullable(following.get(monitor)).map(Mate::first);
    }

    /** {@return whether a node follows another one, and may count on it} Called at each tick; sends nothing. */
    boolean isFollowing(NodeMonitor monitor) {
        Mate mate = following.get(monitor);
        return mate != null
                && isFirst(mate.first())
                && mate.server().incarnation().equals(monitor.link().incarnation());
    }

    /** Notes that a node follows no other one. */
    void release(NodeMonitor monitor) {
        following.remove(monitor);
    }

    private boolean isFirst(NodeMonitor monitor) {
        return !following.containsKey(monitor) && !monitor.lastPass().isLate();
    }

    /**
     * Decides after a scan of a node whether it follows another one from now on.
     *
     * @param visitor whether its session is given back anyway
     * @return whether its next scan may be late
     */
    boolean follows(NodeMonitor monitor, boolean visitor) {
        following.remove(monitor);
        if (!isQuiet(monitor)) {
            quietScans.put(monitor, 0);
            return false;
        }
        if (quietScans.merge(monitor, 1, Integer::sum) < (visitor ? 1 : QUIET_SCANS)) {
            return false;
        }
        List<NodeMonitor> candidates = before(monitor);
        if (!candidates.isEmpty() && !checked.test(monitor)) {
            return false;
        }
        for (NodeMonitor first : candidates) {
            try {
                Mate mate = prove(monitor, first);
                if (mate != null) {
                    proved.put(monitor, mate);
                    following.put(monitor, mate);
                    return true;
                }
            } catch (SQLException | RuntimeException e) {
                LOG.debug(
                        "whether nodes '{}' and '{}' are on one server is not known now",
                        monitor.link().node().name(),
                        first.link().node().name(),
                        e);
            }
        }
        quietScans.put(monitor, -RETRY_SCANS);
        return false;
    }

    /** {@return whether nothing is prepared or in doubt there} */
    private boolean isQuiet(NodeMonitor monitor) {
        return isFit(monitor)
                && monitor.inDoubt().isEmpty()
                && monitor.sightings().isQuiet();
    }

    private static boolean isFit(NodeMonitor monitor) {
        return monitor.link().identity() != null
                && monitor.status().reachable()
                && monitor.status().problem() == null;
    }

    /** {@return the nodes that may be the first one of its server, in an order that is the same in all processes} */
    private List<NodeMonitor> before(NodeMonitor monitor) {
        String own = identity(monitor);
        String incarnation = monitor.link().incarnation();
        return monitors.stream()
                .filter(m -> m.link().incarnation().equals(incarnation))
                .filter(m -> isFit(m) && isFirst(m) && identity(m).compareTo(own) < 0)
                .sorted(Comparator.comparing(ServerMates::identity))
                .toList();
    }

    private static String identity(NodeMonitor monitor) {
        NodeIdentity identity = monitor.link().identity();
        return identity == null ? "" : identity.text();
    }

    /**
     * Proves that two nodes are on one server: the session of the one sees that of the other. A copy of the server has
     * no such session. It is proved once for each start of the server.
     *
     * @return null if it is not proved
     */
    private @Nullable Mate prove(NodeMonitor monitor, NodeMonitor first) throws SQLException {
        Session own = session(monitor.link());
        Mate known = proved.get(monitor);
        if (known != null && known.first() == first && known.equals(new Mate(first, own.server(), own.database()))) {
            return known;
        }
        // One after the other: no thread holds two connections of recovery.
        Session other = session(first.link());
        Optional<Session> seeing = monitor.link()
                .use(wire -> sees(wire, other) ? Optional.of(Session.of(monitor.link(), wire)) : Optional.empty());
        return seeing.filter(session -> session.server().equals(other.server()))
                .map(session -> new Mate(first, session.server(), session.database()))
                .orElse(null);
    }

    private static boolean sees(Wire wire, Session other) throws SQLException {
        return !wire.send(SEES.formatted(other.process(), other.began())).rows().isEmpty();
    }

    private static Session session(NodeLink link) throws SQLException {
        return link.use(wire -> Session.of(link, wire));
    }

    /**
     * Looks after a scan of one node at those that follow it.
     *
     * @param first the node
     * @param scan called for each of them where a branch is listed. What has changed otherwise is scanned at its tick
     */
    void look(NodeMonitor first, Consumer<NodeMonitor> scan) {
        Map<NodeMonitor, Mate> followers = new HashMap<>();
        following.forEach((monitor, mate) -> {
            if (mate.first() == first) {
                followers.put(monitor, mate);
            }
        });
        if (followers.isEmpty()) {
            return;
        }
        Set<NodeMonitor> changed = new HashSet<>(followers.keySet());
        Set<NodeMonitor> listing = new HashSet<>();
        if (isFit(first)) {
            try {
                changed.removeAll(unchanged(first.link(), followers, listing));
            } catch (SQLException | RuntimeException e) {
                LOG.debug(
                        "other databases on the server of node '{}' are not seen now",
                        first.link().node().name(),
                        e);
            }
        }
        changed.forEach(following::remove);
        listing.forEach(scan);
    }

    /**
     * Asks the server.
     *
     * @param listing receives the followers in which a branch is listed
     * @return those of the followers of which nothing has changed
     */
    private Set<NodeMonitor> unchanged(NodeLink first, Map<NodeMonitor, Mate> followers, Set<NodeMonitor> listing)
            throws SQLException {
        Set<NodeMonitor> unchanged = new HashSet<>();
        List<Long> numbers =
                followers.values().stream().map(m -> m.database().number()).toList();
        long asked = first.nanos();
        first.use(wire -> {
            DatabaseList list = DatabaseList.read(wire, numbers);
            ServerStart now = new ServerStart(first.incarnation(), list.started());
            followers.forEach((monitor, mate) -> {
                if (!mate.isThere(now, list)) {
                    return;
                }
                monitor.link().heard(now.incarnation(), list.position(), asked);
                if (mate.listsAnything(list)) {
                    listing.add(monitor);
                    // Where work goes on, the session is worth keeping.
                    quietScans.put(monitor, 0);
                } else {
                    unchanged.add(monitor);
                }
            });
            return list;
        });
        return unchanged;
    }
}
