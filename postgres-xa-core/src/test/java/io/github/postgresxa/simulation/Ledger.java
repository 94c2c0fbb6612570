package io.github.postgresxa.simulation;

import io.github.postgresxa.Outcome;
import io.github.postgresxa.TransactionId;
import io.github.postgresxa.XaListener;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What applications did and what they heard, kept outside of them, and the invariants of {@code CommitProtocol.tla}
 * over it.
 */
final class Ledger implements XaListener {

    /** One global transaction as its application knows it. */
    static final class Entry {

        final String transaction;
        final Set<Server> writers = new HashSet<>();

        @Nullable
        Outcome told;

        /** The outcomes that later callers received. */
        final Set<Outcome> answers = EnumSet.noneOf(Outcome.class);

        /** The nodes where statements of its process wait for it no longer. */
        final Set<String> notAwaited = new HashSet<>();

        /** Another resource takes part, and a manager decides. */
        boolean managed;

        /** The process whose embedded manager decides; null if none does. */
        @Nullable
        EmbeddedProcess process;

        /** When its process began to prepare it. */
        long preparesSince;

        /** The work at the resource that is no node; null if there is none. */
        Broker.@Nullable Part part;

        /** An operator has ordered its end, in the manager's place. */
        boolean ordered;

        /** The manager was told that it ended as the manager said. */
        boolean confirmed;

        /** Its row C was deleted. */
        boolean forgotten;

        /** The servers on which a restore brought its finished branch back. */
        final Set<Server> returned = new HashSet<>();

        /** A person finished one of its branches by hand, against the decision. */
        boolean byHand;

        boolean byHandAfterItsRow;

        Entry(String transaction) {
            this.transaction = transaction;
        }
    }

    private final Map<String, Entry> entries = new LinkedHashMap<>();
    private final List<Server> servers;
    private final @Nullable EmbeddedManagers embedded;
    private int alarms;
    private int ownWritesRead;
    private @Nullable Violation falseAlarm;

    Ledger(List<Server> servers, @Nullable EmbeddedManagers embedded) {
        this.servers = servers;
        this.embedded = embedded;
    }

    Entry begin(String transaction) {
        Entry entry = new Entry(transaction);
        entries.put(transaction, entry);
        return entry;
    }

    Entry of(String transaction) {
        Entry entry = entries.get(transaction);
        if (entry == null) {
            throw new IllegalStateException("nobody began " + transaction);
        }
        return entry;
    }

    /** RowIsHome: a row C and the home's data are one. */
    void committing(Server server, Work work) {
        for (Effect effect : work.effects) {
            if (effect instanceof Effect.Insert insert
                    && insert.row().isCommit()
                    && !of(insert.row().gtrid()).managed
                    && of(insert.row().gtrid()).writers.contains(server)
                    && !work.effects.contains(new Effect.Leg(insert.row().gtrid()))) {
                throw new Violation("RowIsHome", "a row C was committed at " + server + " without the home's work");
            }
        }
    }

    /** ReadYourWrites: a process sees what it has acknowledged, unless it has given up waiting for it. */
    void read(Server server, String transaction) {
        Entry entry = of(transaction);
        boolean excused = entry.byHand || entry.notAwaited.contains(server.name) || asUnsafeAsItsOwner(entry);
        if (entry.writers.contains(server) && !excused) {
            ownWritesRead++;
            if (!server.data.legs.contains(transaction)) {
                throw new Violation(
                        "ReadYourWrites",
                        "%s is acknowledged, and its process does not see it at %s".formatted(transaction, server));
            }
        }
    }

    int ownWritesRead() {
        return ownWritesRead;
    }

    /** Forgotten: a decision goes only when it was carried out everywhere, for good. */
    void shown(Server home, LogRecord entry) {
        if (embedded != null) {
            embedded.shown(entry);
        }
        for (Effect effect : entry.effects()) {
            if (effect instanceof Effect.Delete delete && delete.row().isCommit()) {
                of(delete.row().gtrid()).forgotten = true;
                for (String participant : delete.row().participants()) {
                    Server server = byIdentity(participant);
                    boolean wrote = of(delete.row().gtrid()).writers.contains(server);
                    boolean was = of(delete.row().gtrid()).returned.contains(server);
                    if (wrote
                            && !was
                            && !server.durable().legs.contains(delete.row().gtrid())) {
                        throw new Violation(
                                "Forgotten",
                                "the decision of %s was deleted at %s, but %s has not carried it out for good"
                                        .formatted(delete.row().gtrid(), home, server));
                    }
                }
            }
        }
    }

    /** FalseAlarm: an alarm has a cause. If another violation caused it, that one is reported, because it is graver. */
    @Override
    public void heuristic(TransactionId id, String node, Outcome decided, Outcome actual) {
        if (of(id.toString()).byHand) {
            alarms++;
        } else if (falseAlarm == null) {
            falseAlarm =
                    new Violation("FalseAlarm", "%s on %s: decided %s, but %s".formatted(id, node, decided, actual));
        }
    }

    private Server byIdentity(String identity) {
        return servers.stream()
                .filter(s -> s.identity.equals(identity))
                .findFirst()
                .orElseThrow();
    }

    /** Checks the end, when everything has healed and was recovered. */
    void check() {
        for (Entry entry : entries.values()) {
            long kept = entry.writers.stream()
                    .filter(s -> s.data.legs.contains(entry.transaction))
                    .count();
            long lost = entry.writers.stream()
                    .filter(s -> !s.data.legs.contains(entry.transaction) && !waitsForAPerson(entry, s))
                    .count();
            if (entry.byHand) {
                continue;
            }
            String what = "%s is kept by %d of %d writers; the application was told %s"
                    .formatted(entry.transaction, kept, entry.writers.size(), entry.told);
            if (kept != 0 && lost != 0) {
                throw new Violation("Atomic", what);
            }
            boolean overruled = entry.ordered && !entry.confirmed;
            if (entry.told == Outcome.COMMITTED && lost != 0 && !overruled && !asUnsafeAsItsOwner(entry)) {
                throw new Violation("AckCommit", what);
            }
            boolean answered = entry.answers.contains(Outcome.COMMITTED) && lost != 0
                    || entry.answers.contains(Outcome.ROLLED_BACK) && kept != 0;
            if (answered) {
                throw new Violation("AckAbort", what + "; who asked was answered " + entry.answers);
            }
            if (entry.told == Outcome.ROLLED_BACK && kept != 0 && !overruled) {
                throw new Violation("AckAbort", what);
            }
            if (embedded != null) {
                embedded.check(entry, kept != 0, lost != 0);
            }
        }
        Violation alarm = falseAlarm;
        if (alarm != null) {
            throw alarm;
        }
        for (Server server : servers) {
            boolean returned = server.data.prepared.keySet().stream()
                    .allMatch(gid -> waitsForAPerson(of(gid.split("/")[2]), server));
            if (!returned) {
                throw new Violation("Resolved", server.data.prepared.keySet() + " stays prepared at " + server);
            }
            for (Row row : server.data.decisions.values()) {
                boolean stays = row.isCommit() && of(row.gtrid()).byHand;
                if (!stays && !unverifiable(row) && !isHeld(server, row)) {
                    throw new Violation("Clean", row + " stays at " + server);
                }
            }
        }
        entries.values().forEach(this::checkAlarm);
    }

    /** A branch that a restore brought back stays prepared, if its decision may be deleted. */
    private boolean waitsForAPerson(Entry entry, Server server) {
        return (entry.returned.contains(server) || embedded != null && embedded.isLeftToAPerson(entry))
                && server.data.prepared.keySet().stream().anyMatch(gid -> gid.contains(entry.transaction));
    }

    /**
     * While such a branch is prepared, it keeps rows: those that name later transactions of its server, and the
     * home's fences.
     */
    private boolean isHeld(Server home, Row row) {
        return row.isCommit()
                ? row.participants().stream()
                        .anyMatch(p -> !byIdentity(p).data.prepared.isEmpty())
                : !home.data.prepared.isEmpty();
    }

    /**
     * A hand-made end against the decision is never forgotten: the row stays as the alarm. If a branch came back
     * with an old disk, and was ended after its row was deleted, no row can show it. One that came back and stays
     * prepared is broken no more.
     */
    private void checkAlarm(Entry entry) {
        boolean decided = servers.stream().anyMatch(s -> s.data.legs.contains(entry.transaction));
        boolean whole = entry.writers.stream()
                .allMatch(s -> s.data.legs.contains(entry.transaction) || waitsForAPerson(entry, s));
        if (entry.byHand
                && !entry.byHandAfterItsRow
                && decided
                && !whole
                && servers.stream().noneMatch(s -> s.data.decisions.containsKey(entry.transaction))) {
            throw new Violation("Forgotten", "no row tells that somebody broke " + entry.transaction);
        }
    }

    /** A single writer's plain COMMIT is as durable as the server's owner wants it to be. */
    private static boolean asUnsafeAsItsOwner(Entry entry) {
        return entry.writers.size() == 1 && entry.writers.stream().allMatch(s -> s.lazy);
    }

    /** After a failover of a participant its earlier work cannot be verified: the row stays. */
    private boolean unverifiable(Row row) {
        for (int i = 0; i < row.participants().size(); i++) {
            Server server = byIdentity(row.participants().get(i));
            // An xid that is not confirmed is no reason to stay.
            if (!server.incarnation().equals(row.incarnations().get(i).replace("?", ""))) {
                return true;
            }
        }
        return false;
    }

    Set<String> transactions() {
        return new LinkedHashSet<>(entries.keySet());
    }

    Map<Outcome, Integer> told() {
        Map<Outcome, Integer> told = new EnumMap<>(Outcome.class);
        entries.values().forEach(e -> {
            Outcome outcome = e.told;
            if (outcome != null) {
                told.merge(outcome, 1, Integer::sum);
            }
        });
        return told;
    }

    int alarms() {
        return alarms;
    }
}
