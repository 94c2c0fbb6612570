package io.github.postgresxa.simulation;

import io.github.postgresxa.gid.ManagerIds;
import io.github.postgresxa.gid.ManagerName;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import javax.transaction.xa.Xid;
import org.jspecify.annotations.Nullable;

/**
 * The transaction managers of a schedule that decide on nodes, and the resource beside the nodes. Each process has one,
 * with a name of its own.
 */
final class EmbeddedManagers {

    private static final int ATOMIKOS = 0x41544f4d;

    final Broker broker;

    /** Sometimes a month passes. */
    final boolean ages;

    private final Schedule schedule;
    private final Map<String, Ledger.Entry> entries = new HashMap<>();
    private final Set<String> expired = new HashSet<>();
    private int names;
    private int transactions;

    EmbeddedManagers(Schedule schedule, SplittableRandom random) {
        this.schedule = schedule;
        this.ages = random.nextInt(8) == 0;
        this.broker = new Broker(schedule, random);
    }

    ManagerName newName() {
        return new ManagerName("pgxa%012d".formatted(++names));
    }

    /** The identifier of a branch, as Atomikos makes it. */
    record BranchXid(ManagerName manager, int transaction, int branch) implements Xid {

        @Override
        public int getFormatId() {
            return ATOMIKOS;
        }

        @Override
        public byte[] getGlobalTransactionId() {
            return "%s%018d".formatted(manager, transaction).getBytes(StandardCharsets.US_ASCII);
        }

        @Override
        public byte[] getBranchQualifier() {
            return "%s%d".formatted(manager, branch).getBytes(StandardCharsets.US_ASCII);
        }
    }

    /** {@return the identifier of the first branch of a new transaction} */
    BranchXid begin(ManagerName manager, Ledger.Entry entry) {
        BranchXid xid = new BranchXid(manager, ++transactions, 1);
        entries.put(ManagerIds.transaction(xid), entry);
        return xid;
    }

    Ledger.Entry of(String transaction) {
        Ledger.Entry entry = entries.get(transaction);
        if (entry == null) {
            throw new IllegalStateException("no manager began " + transaction);
        }
        return entry;
    }

    /** What a server shows from now on: a decision goes only when it is carried out everywhere. */
    void shown(LogRecord record) {
        for (Effect effect : record.effects()) {
            if (effect instanceof Effect.Unregister unregister) {
                expired.add(unregister.manager());
                schedule.count("name expired");
            } else if (effect instanceof Effect.End end) {
                schedule.count("manager's decision carried out");
                requireEnded(of(end.gtrid()));
            } else if (effect instanceof Effect.Unsettle unsettle
                    && unsettle.row().isCommit()) {
                schedule.count("manager's decision forgotten");
                requireEnded(of(unsettle.row().gtrid()));
            }
        }
    }

    private void requireEnded(Ledger.Entry entry) {
        Broker.Part part = entry.part;
        if (part != null && part.state != Broker.State.COMMITTED) {
            throw new Violation("Forgotten", "the decision may be deleted, and the broker is " + part.state);
        }
        for (Server server : schedule.servers) {
            if (server.isUp()
                    && server.data.prepared.keySet().stream().anyMatch(g -> g.contains(entry.transaction))
                    && !isDecidedAtItsHome(server, entry)) {
                throw new Violation("Forgotten", "the decision may be deleted, and a branch waits at " + server);
            }
        }
    }

    private boolean isDecidedAtItsHome(Server server, Ledger.Entry entry) {
        return server.data.prepared.keySet().stream()
                .filter(gid -> gid.contains(entry.transaction))
                .map(gid -> gid.split("/")[3])
                .allMatch(home -> schedule.servers.stream()
                        .filter(s -> s.identity.equals(home))
                        .anyMatch(s -> s.durable().decisions.containsKey(entry.transaction)));
    }

    /** Checks the end of a transaction: the broker ends as the nodes do, and as the application was told. */
    void check(Ledger.Entry entry, boolean kept, boolean lost) {
        Broker.Part part = entry.part;
        if (part == null) {
            return;
        }
        String what = "%s: the broker is %s, kept at a node: %s, lost at a node: %s; the application was told %s"
                .formatted(entry.transaction, part.state, kept, lost, entry.told);
        boolean committed = part.state == Broker.State.COMMITTED;
        if (part.state == Broker.State.PREPARED) {
            if (!isLeftToAPerson(entry)) {
                throw new Violation("Resolved", what);
            }
            schedule.count("left to a person");
        }
        if (committed ? lost : kept) {
            throw new Violation("Atomic", what);
        }
        if (entry.told == io.github.postgresxa.Outcome.COMMITTED && !committed) {
            throw new Violation("AckCommit", what);
        }
        if (entry.told == io.github.postgresxa.Outcome.ROLLED_BACK && committed) {
            throw new Violation("AckAbort", what);
        }
    }

    /** {@return whether no node knows its manager, because it was never registered or was silent for too long} */
    boolean isLeftToAPerson(Ledger.Entry entry) {
        EmbeddedProcess process = entry.process;
        return process != null
                && (expired.contains(process.name()) || !process.isRegistered())
                && registered().noneMatch(process.name()::equals);
    }

    private Stream<String> registered() {
        return schedule.servers.stream().flatMap(s -> s.data.managers.keySet().stream());
    }

    /** {@return whether nothing is prepared that can be ended} */
    boolean isClean() {
        return entries.values().stream().noneMatch(e -> isPrepared(e.part) && !isLeftToAPerson(e));
    }

    private static boolean isPrepared(Broker.@Nullable Part part) {
        return part != null && part.state == Broker.State.PREPARED;
    }
}
