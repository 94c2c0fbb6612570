package io.github.postgresxa.simulation;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.stream.Stream;

/**
 * A simulated PostgreSQL server: transactions, a write-ahead log, two-phase commit, and in some schedules a
 * synchronous standby. A commit is first written, then waits for the standby, then becomes visible. A crash restart
 * shows what was written, a failover what the standby has.
 */
final class Server {

    private static final long FIRST_XID = 100;

    final String name;
    final String identity;
    final boolean standby;
    final boolean lazy;
    final Set<Backend> backends = new LinkedHashSet<>();
    final Set<Work> running = new LinkedHashSet<>();

    /** Names of prepared transactions that a session is finishing at this moment. */
    final Set<String> busy = new HashSet<>();

    private final LongSupplier clock;

    /** How much this server's clock is ahead of that of the others. */
    long clockAhead;

    /** The standby gets nothing until this step. */
    int stalledUntil;

    private List<LogRecord> log = new ArrayList<>();
    private int written;
    private int replicated;
    private long nextXid = FIRST_XID;
    private int timeline = 1;
    private int sessions;

    /** Xids that a crash took back: a client has seen them, and no record has them. */
    private final Set<Long> takenBack = new HashSet<>();

    /** How many of them another transaction got. */
    int reassigned;

    private boolean up = true;
    Data data = new Data();

    /**
     * @param standby whether commits wait for a standby
     * @param lazy whether {@code synchronous_commit} is off unless a transaction raises it
     * @param clock the time
     */
    Server(String name, String identity, boolean standby, boolean lazy, LongSupplier clock) {
        this.name = name;
        this.clock = clock;
        this.identity = identity;
        this.standby = standby;
        this.lazy = lazy;
    }

    long now() {
        return clock.getAsLong() + clockAhead;
    }

    boolean isUp() {
        return up;
    }

    String incarnation() {
        return identity + ":" + timeline();
    }

    String timeline() {
        return "%08X".formatted(timeline);
    }

    int nextSession() {
        return ++sessions;
    }

    long assign(Work work) {
        Long known = work.xid;
        if (known == null) {
            known = nextXid++;
            reassigned += takenBack.remove(known) ? 1 : 0;
            work.xid = known;
        }
        return known;
    }

    /** The oldest transaction that still runs. Prepared ones count, and those whose commit waits for the standby. */
    long xmin() {
        long oldest = nextXid;
        for (Work work : running) {
            Long xid = work.xid;
            if (xid != null) {
                oldest = Math.min(oldest, xid);
            }
        }
        for (LogRecord branch : data.prepared.values()) {
            oldest = Math.min(oldest, branch.xid());
        }
        return oldest;
    }

    /** {@return the xids of transactions that still run and are not prepared} */
    List<Long> runningXids() {
        return running.stream()
                .flatMap(w -> Stream.ofNullable(w.xid))
                .filter(x -> data.prepared.values().stream().noneMatch(p -> p.xid() == x))
                .toList();
    }

    long xmax() {
        return nextXid;
    }

    String status(long xid) {
        if (xid >= nextXid) {
            return "in the future";
        }
        if (data.committed.contains(xid)) {
            return "committed";
        }
        boolean open = running.stream().anyMatch(w -> w.xid != null && w.xid == xid)
                || data.prepared.values().stream().anyMatch(p -> p.xid() == xid);
        return open ? "in progress" : "aborted";
    }

    /** Writes a record. {@return its position, which the standby has to reach before it may become visible} */
    int write(LogRecord entry, boolean durable) {
        log.add(entry);
        if (durable) {
            written = log.size();
        }
        return log.size();
    }

    boolean isReplicated(int position) {
        return !standby || replicated >= position;
    }

    boolean canReplicate() {
        return standby && up && replicated < written;
    }

    void replicate() {
        replicated = written;
    }

    int flushed() {
        return written;
    }

    boolean canFlush() {
        return up && written < log.size();
    }

    void flush() {
        written = log.size();
    }

    /** All sessions and their work are gone. A restart shows what was written. */
    void crash() {
        up = false;
        running.stream().flatMap(w -> Stream.ofNullable(w.xid)).forEach(takenBack::add);
        List.copyOf(backends).forEach(Backend::die);
        running.clear();
        busy.clear();
        log = new ArrayList<>(log.subList(0, written));
    }

    void restart() {
        up = true;
        data = Data.replay(log);
        nextXid = 1 + log.stream().mapToLong(LogRecord::xid).max().orElse(FIRST_XID - 1);
        nextXid = Math.max(nextXid, FIRST_XID);
    }

    /** The standby takes over with what it has, and gets its own standby. */
    void failOver() {
        crash();
        log = new ArrayList<>(log.subList(0, Math.min(replicated, log.size())));
        written = log.size();
        replicated = written;
        timeline++;
        restart();
    }

    /**
     * The disk is replaced by a copy from the moment before a prepared branch was finished, and the timeline stays
     * the same. It happens only where nothing else gets lost: that loss is outside of the protocol.
     *
     * @return the branches that are prepared again
     */
    Set<String> goBack() {
        if (log.subList(0, written).stream().noneMatch(e -> e.kind() == LogRecord.Kind.COMMIT_PREPARED)) {
            return Set.of();
        }
        crash();
        int copy = written;
        for (int i = written - 1; i >= 0 && isHarmless(log.get(i)); i--) {
            if (log.get(i).kind() == LogRecord.Kind.COMMIT_PREPARED) {
                copy = i;
            }
        }
        log = new ArrayList<>(log.subList(0, copy));
        written = copy;
        replicated = Math.min(replicated, copy);
        Set<String> before = data.prepared.keySet();
        restart();
        Set<String> again = new HashSet<>(data.prepared.keySet());
        again.removeAll(before);
        return again;
    }

    private static boolean isHarmless(LogRecord entry) {
        return switch (entry.kind()) {
            case PREPARE -> false;
            case COMMIT_PREPARED, ROLLBACK_PREPARED -> true;
            case COMMIT ->
                entry.effects().stream().allMatch(e -> e instanceof Effect.Delete || e instanceof Effect.Mark);
        };
    }

    /** {@return what no failover to the standby can take back} */
    Data durable() {
        return Data.replay(log.subList(0, standby ? Math.min(replicated, log.size()) : written));
    }

    @Override
    public String toString() {
        return name;
    }
}
