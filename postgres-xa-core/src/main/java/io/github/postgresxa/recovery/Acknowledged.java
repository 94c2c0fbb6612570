package io.github.postgresxa.recovery;

import io.github.postgresxa.TransactionId;
import io.github.postgresxa.gid.NodeIdentity;
import io.github.postgresxa.gid.Participant;
import io.github.postgresxa.gid.Xid8;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The last transactions that this process has reported to an application as committed. A home that loses the end of its
 * log loses the row together with its own work, so only a process that has seen the answer can miss it. In memory and
 * bounded: it only makes a loss known, and decides nothing.
 */
final class Acknowledged {

    private static final int LIMIT = 5_000;

    /**
     * A transaction.
     *
     * @param id its id
     * @param homeXid its home's xid; {@link Xid8#UNKNOWN} if no vote has asked for it. A single writer's is always
     *     known
     * @param branches that its decision names
     * @param incarnation of its home when it answered
     * @param at when that was, by the monotonic clock
     */
    record Entry(TransactionId id, Xid8 homeXid, List<Participant> branches, String incarnation, long at) {}

    private final Map<NodeIdentity, Deque<Entry>> byHome = new HashMap<>();

    synchronized void add(TransactionId id, Participant home, List<Participant> branches) {
        Deque<Entry> entries = byHome.computeIfAbsent(home.identity(), h -> new ArrayDeque<>());
        if (entries.size() == LIMIT) {
            entries.removeFirst();
        }
        entries.addLast(new Entry(id, home.xid(), branches, home.incarnation(), System.nanoTime()));
    }

    /**
     * Lists what a home acknowledged before it failed over or went back.
     *
     * @param home a home
     * @param incarnation its present one
     * @param wentBack when it was seen to have gone back within that one, by the monotonic clock; null if it was not
     * @param notOlder than this
     * @return what it acknowledged before
     */
    synchronized List<Entry> before(NodeIdentity home, String incarnation, @Nullable Long wentBack, Duration notOlder) {
        long now = System.nanoTime();
        return byHome.getOrDefault(home, new ArrayDeque<>()).stream()
                .filter(e -> !e.incarnation.equals(incarnation) || (wentBack != null && e.at - wentBack < 0))
                .filter(e -> now - e.at < notOlder.toNanos())
                .toList();
    }
}
