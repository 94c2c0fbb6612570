package io.github.postgresxa.simulation;

import io.github.postgresxa.TransactionId;
import io.github.postgresxa.decision.Fences;
import io.github.postgresxa.gid.NodeIdentity;
import io.github.postgresxa.gid.Participant;
import io.github.postgresxa.gid.Xid8;
import io.github.postgresxa.node.Wire;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;

/**
 * A person who takes a transaction manager for lost, which may be alive, and orders the end of what it has left, as the
 * rules allow: when every server lists its branches and no other one can come. The recoverers carry it out.
 */
final class Operator implements Runnable {

    private static final int LOOKS = 60;

    private final Schedule schedule;
    private final SplittableRandom random;

    Operator(Schedule schedule, SplittableRandom random) {
        this.schedule = schedule;
        this.random = random;
    }

    @Override
    public void run() {
        for (int look = 0; look < LOOKS; look++) {
            schedule.pause(Duration.ZERO);
            List<String> left = new ArrayList<>(transactions());
            if (!left.isEmpty() && random.nextInt(4) == 0) {
                settle(left.get(random.nextInt(left.size())));
            }
        }
    }

    /** {@return the transactions of managers of which something is prepared, if every server answers} */
    private Set<String> transactions() {
        Set<String> some = new TreeSet<>();
        for (Server server : schedule.servers) {
            if (!server.isUp()) {
                return Set.of();
            }
            server.data.prepared.keySet().stream()
                    .filter(gid -> gid.startsWith("pgxa/2/"))
                    .forEach(gid -> some.add(gid.split("/")[2]));
        }
        return some;
    }

    private List<String> gids(String transaction) {
        return schedule.servers.stream()
                .flatMap(s -> s.data.prepared.keySet().stream())
                .filter(gid -> gid.contains(transaction))
                .toList();
    }

    private void settle(String transaction) {
        List<String> gids = gids(transaction);
        if (!noneIsToCome(transaction) || !gids(transaction).equals(gids)) {
            return;
        }
        Ledger.Entry entry = schedule.ledger.of(transaction);
        // He commits only what can be committed as a whole.
        boolean commit = random.nextInt(3) != 0
                && entry.writers.stream()
                        .allMatch(
                                s -> s.durable().prepared.keySet().stream().anyMatch(gid -> gid.contains(transaction)));
        List<Participant> participants = new ArrayList<>();
        for (Server server : schedule.servers) {
            server.data.prepared.forEach((gid, branch) -> {
                if (gid.contains(transaction)) {
                    participants.add(new Participant(
                            new NodeIdentity(server.identity),
                            Xid8.parse(Long.toString(branch.xid())),
                            server.incarnation()));
                }
            });
        }
        entry.ordered = true;
        order(transaction, new NodeIdentity(gids.get(0).split("/")[3]), participants, commit);
    }

    /** The sessions that have written, at servers that list nothing of the transaction, have to end. */
    private boolean noneIsToCome(String transaction) {
        Map<Server, Set<Work>> open = new HashMap<>();
        for (Server server : schedule.servers) {
            if (server.data.prepared.keySet().stream().noneMatch(gid -> gid.contains(transaction))) {
                Set<Work> works = new HashSet<>();
                server.running.stream().filter(w -> w.xid != null).forEach(works::add);
                open.put(server, works);
            }
        }
        for (int wait = 0; wait < LOOKS; wait++) {
            open.forEach((server, works) -> works.retainAll(server.running));
            if (open.values().stream().allMatch(Set::isEmpty)) {
                return true;
            }
            schedule.pause(Duration.ZERO);
        }
        return false;
    }

    private void order(String transaction, NodeIdentity home, List<Participant> participants, boolean commit) {
        int at = 0;
        while (!schedule.servers.get(at).identity.equals(home.text())) {
            at++;
        }
        TransactionId id = TransactionId.parse(transaction);
        List<NodeIdentity> asked =
                participants.stream().map(Participant::identity).toList();
        try (Wire wire = schedule.nodes.get(at).connect()) {
            if (commit) {
                boolean written = schedule.decisions
                        .record(
                                wire,
                                id,
                                home,
                                participants,
                                () -> gids(transaction).size() == participants.size())
                        .isPresent();
                if (!written) {
                    schedule.fired.merge("order too late", 1, Integer::sum);
                    return;
                }
            } else {
                Fences.Proof listed = written -> !gids(transaction).isEmpty();
                schedule.decisions.fences().write(wire, id, home, participants, asked, listed);
            }
            schedule.fired.merge(commit ? "commit ordered" : "rollback ordered", 1, Integer::sum);
        } catch (SQLException e) {
            schedule.fired.merge("order unanswered", 1, Integer::sum);
        }
    }
}
