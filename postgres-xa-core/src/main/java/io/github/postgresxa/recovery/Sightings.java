package io.github.postgresxa.recovery;

import io.github.postgresxa.TransactionId;
import io.github.postgresxa.decision.HighWaterMark;
import io.github.postgresxa.gid.Gid;
import io.github.postgresxa.gid.ManagerIds;
import io.github.postgresxa.gid.ManagerXid;
import io.github.postgresxa.gid.Participant;
import io.github.postgresxa.node.MonotonicClock;
import io.github.postgresxa.prepared.PreparedBranch;
import io.github.postgresxa.prepared.PreparedList;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What this process has seen of the branches of one node: since when each is listed, what is known of its coordinator,
 * and which have vanished.
 */
final class Sightings {

    private final MonotonicClock clock;
    private final Map<Gid, Seen> listed = new HashMap<>();
    private final List<VanishedBranch> vanished = new ArrayList<>();
    private final Map<Gid, Set<String>> mayDecide = new HashMap<>();
    private final Map<Gid, Life> lives = new HashMap<>();
    private final Set<Gid> returned = new HashSet<>();
    private final Map<Gid, String> refusals = new HashMap<>();
    private boolean scanned;
    private boolean cut;
    private boolean underCheck;
    private long lastScan;

    Sightings(MonotonicClock clock) {
        this.clock = clock;
    }

    /**
     * A branch that was listed at the last scan. A row C cannot have been deleted while its branch was prepared. So the
     * mark of its home is a proof only if the branch was listed again after the mark was read.
     *
     * @param mark the home's, read when it had no row; null if it had one, or was not queried
     * @param undecidedMark the same, and the branch was listed afterwards
     */
    private record Seen(
            PreparedBranch branch,
            String incarnation,
            long first,
            @Nullable HighWaterMark mark,
            @Nullable HighWaterMark undecidedMark) {

        Seen again() {
            return new Seen(branch, incarnation, first, mark, mark);
        }

        Seen asked(@Nullable HighWaterMark now) {
            return new Seen(branch, incarnation, first, now, now == null ? null : undecidedMark);
        }

        VanishedBranch vanish(long now) {
            return new VanishedBranch(branch, incarnation, first, now, undecidedMark);
        }
    }

    /**
     * Notes what a node lists.
     *
     * @param list what the node lists now
     * @param incarnation the server's
     * @param asked when it was queried, by the monotonic clock
     */
    synchronized void remember(PreparedList list, String incarnation, long asked) {
        Map<Gid, Seen> before = new HashMap<>(listed);
        listed.clear();
        long now = clock.nanos();
        lastScan = asked;
        scanned = true;
        cut = list.cut();
        for (PreparedBranch branch : list.ours()) {
            Seen seen = before.remove(branch.gid());
            // What a restore or a failover brought back is seen for the first time.
            listed.put(
                    branch.gid(),
                    seen != null && seen.incarnation().equals(incarnation)
                            ? seen.again()
                            : new Seen(branch, incarnation, now, null, null));
        }
        mayDecide.keySet().retainAll(listed.keySet());
        lives.keySet().retainAll(listed.keySet());
        returned.retainAll(listed.keySet());
        refusals.keySet().retainAll(listed.keySet());
        // If the list is cut, a branch may be missing only because of that.
        if (!list.cut()) {
            before.values().forEach(seen -> keep(seen.vanish(now)));
        }
    }

    private void keep(VanishedBranch branch) {
        if (vanished.size() < PreparedList.LIMIT) {
            vanished.add(branch);
        }
    }

    /** {@return whether the last scan listed nothing, and no branch that vanished needs a check} */
    synchronized boolean isQuiet() {
        return scanned && !cut && listed.isEmpty() && vanished.isEmpty() && !underCheck;
    }

    /** {@return whether some branch has been listed for at least this long} */
    synchronized boolean listsFor(Duration time) {
        long now = clock.nanos();
        return listed.values().stream().anyMatch(seen -> now - seen.first() >= time.toNanos());
    }

    /** {@return whether some branch that waits for an embedded manager has been listed for at least this long} */
    synchronized boolean listsForManagers(Duration time) {
        long now = clock.nanos();
        return listed.entrySet().stream()
                .anyMatch(e -> now - e.getValue().first() >= time.toNanos() && isOfEmbedded(e.getKey()));
    }

    private static boolean isOfEmbedded(Gid gid) {
        ManagerXid xid = gid.manager();
        return xid != null && ManagerIds.manager(xid).isPresent();
    }

    synchronized Duration seenFor(Gid gid) {
        Seen seen = listed.get(gid);
        return seen == null ? Duration.ZERO : Duration.ofNanos(clock.nanos() - seen.first());
    }

    /**
     * The last time at which the coordinator of a branch was seen to be alive, and how many signs it had shown by then.
     */
    private record Life(int signs, long seen) {}

    /**
     * Notes the signs of life of a branch's coordinator.
     *
     * @param gid a listed branch
     * @param signs how many signs of life its coordinator has shown
     * @return for how long this process has seen the branch, and no new sign
     */
    synchronized Duration quietFor(Gid gid, int signs) {
        Life life = lives.get(gid);
        if (signs > (life == null ? 0 : life.signs())) {
            life = new Life(signs, clock.nanos());
            lives.put(gid, life);
        }
        return life == null ? seenFor(gid) : Duration.ofNanos(clock.nanos() - life.seen());
    }

    /** Notes that the home is at the decision, so the coordinator of this branch was alive a moment ago. */
    synchronized void alive(Gid gid) {
        Life life = lives.get(gid);
        lives.put(gid, new Life(life == null ? 0 : life.signs(), clock.nanos()));
    }

    /** {@return whether a restore brought the branch back and this was not known before} */
    synchronized boolean isNewlyReturned(Gid gid) {
        return returned.add(gid);
    }

    /**
     * Notes why a transaction manager's decision on a branch is not written.
     *
     * @return whether that was not known before
     */
    synchronized boolean refused(Gid gid, String why) {
        return listed.containsKey(gid) && !why.equals(refusals.put(gid, why));
    }

    /** {@return why a transaction manager's decision on the branch was not written; null if it was not refused} */
    synchronized @Nullable String refusalOf(Gid gid) {
        return refusals.get(gid);
    }

    /** Notes that the home had no row for a listed branch, while its mark was this. */
    synchronized void undecided(Gid gid, HighWaterMark mark) {
        listed.computeIfPresent(gid, (g, seen) -> seen.asked(mark));
    }

    /** Notes that the home had a row for a listed branch, or that a person has to decide on it. */
    synchronized void decided(Gid gid) {
        listed.computeIfPresent(gid, (g, seen) -> seen.asked(null));
    }

    /** Notes that this process has finished the branch. */
    synchronized void finished(Gid gid) {
        listed.remove(gid);
    }

    /** Notes that another party has finished the branch since it was listed. */
    synchronized void gone(Gid gid) {
        Seen seen = listed.remove(gid);
        if (seen != null) {
            keep(seen.vanish(clock.nanos()));
        }
    }

    /** {@return branches that vanished since the last call, or that were put back} */
    synchronized List<VanishedBranch> takeVanished() {
        List<VanishedBranch> taken = List.copyOf(vanished);
        vanished.clear();
        underCheck = !taken.isEmpty();
        return taken;
    }

    synchronized void putBack(List<VanishedBranch> unsettled) {
        unsettled.forEach(this::keep);
        underCheck = false;
    }

    /**
     * Whether no decision on a branch can come any more. A decision is one transaction with the home's work, so it can
     * only come from a transaction that was open at the home when the branch was already prepared.
     *
     * @param gid a one-phase branch, prepared and without a row
     * @param open the transactions that are open at its home now, read after the branch was seen prepared
     * @return whether all that were open there at the first call have ended. It sets the pace; the fence proves it
     */
    synchronized boolean abandoned(Gid gid, Set<String> open) {
        return Collections.disjoint(mayDecide.computeIfAbsent(gid, g -> Set.copyOf(open)), open);
    }

    /**
     * Whether a branch of a transaction may be prepared here.
     *
     * @param id a transaction
     * @param since a moment, by the monotonic clock
     * @return whether a branch of it is listed, or the node has not been scanned since that moment
     */
    synchronized boolean mayList(TransactionId id, long since) {
        return !scanned
                || lastScan - since <= 0
                || cut
                || listed.keySet().stream().anyMatch(gid -> gid.transaction().equals(id));
    }

    /** {@return the incarnation of the server that lists the branch, as the decision row names it} */
    synchronized String incarnationOf(PreparedBranch branch) {
        Seen seen = listed.get(branch.gid());
        return seen == null
                        || !seen.branch().xid().equals(branch.xid())
                        || seen.incarnation().isEmpty()
                ? Participant.UNKNOWN_INCARNATION
                : seen.incarnation();
    }
}
