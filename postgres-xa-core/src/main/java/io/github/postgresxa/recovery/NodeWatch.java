package io.github.postgresxa.recovery;

import io.github.postgresxa.InDoubtBranch;
import io.github.postgresxa.NodeStatus;
import io.github.postgresxa.gid.Gid;
import io.github.postgresxa.gid.NodeIdentity;
import io.github.postgresxa.node.Pace;
import io.github.postgresxa.node.ServerFacts;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What this process sees of one node: what is prepared there, since when it sees it, and what is in doubt. */
final class NodeWatch {

    private final NodeLink link;
    private final Pace pace;
    private final Map<Gid, Long> firstSeen = new HashMap<>();
    private volatile List<InDoubtBranch> inDoubt = List.of();
    private volatile NodeStatus status;

    NodeWatch(NodeLink link, Pace pace) {
        this.link = link;
        this.pace = pace;
        this.status =
                new NodeStatus(link.node().name(), false, "not asked yet", null, null, 0, 0, 0, null, 0, Instant.now());
    }

    NodeLink link() {
        return link;
    }

    NodeStatus status() {
        return status;
    }

    List<InDoubtBranch> inDoubt() {
        return inDoubt;
    }

    /** {@return what is prepared on the node now} */
    PreparedList look() throws SQLException {
        try {
            PreparedList list = link.use(PreparedList::read);
            remember(list);
            status = seen(list);
            return list;
        } catch (SQLException e) {
            status = unreachable(e);
            throw e;
        }
    }

    private synchronized void remember(PreparedList list) {
        Map<Gid, Long> before = new HashMap<>(firstSeen);
        firstSeen.clear();
        long now = pace.nanos();
        list.ours().forEach(b -> firstSeen.put(b.gid(), before.getOrDefault(b.gid(), now)));
    }

    synchronized Duration seenFor(Gid gid) {
        Long since = firstSeen.get(gid);
        return since == null ? Duration.ZERO : Duration.ofNanos(pace.nanos() - since);
    }

    void doubts(List<InDoubtBranch> found) {
        inDoubt = List.copyOf(found);
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
                facts != null && !facts.primary() ? "it is a standby and takes no writes" : null,
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

    private static String sentence(SQLException e) {
        String message = String.valueOf(e.getMessage()).strip();
        return message.endsWith(".") ? message : message + ".";
    }

    private static @Nullable String text(@Nullable NodeIdentity identity) {
        return identity == null ? null : identity.text();
    }
}
