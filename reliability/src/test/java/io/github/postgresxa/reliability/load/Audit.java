package io.github.postgresxa.reliability.load;

import io.github.postgresxa.Outcome;
import io.github.postgresxa.reliability.load.ClientLog.Claim;
import io.github.postgresxa.reliability.load.ClientLog.Entry;
import io.github.postgresxa.reliability.load.Transfer.Leg;
import io.github.postgresxa.test.PostgresNode;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Checks the invariants on the servers while all clients rest and every fault is healed. */
public final class Audit {

    private static final int SHOWN = 5;

    private final Bank bank;
    private final ClientLog log;
    private final @Nullable Function<String, Outcome> status;
    private final List<String> broken = new ArrayList<>();
    private int lost;
    private int ghosts;
    private int partial;
    private int otherwise;

    private Audit(Bank bank, ClientLog log, @Nullable Function<String, Outcome> status) {
        this.bank = bank;
        this.log = log;
        this.status = status;
    }

    /**
     * The findings of an audit.
     *
     * @param lost transfers reported as done that are not there (I4)
     * @param ghosts transfers reported as surely not done that are there (I5)
     * @param partial transfers of which only a part is there (I3)
     * @param prepared transactions that are left prepared (I8)
     * @param broken a sentence for each violated invariant
     */
    public record Result(int lost, int ghosts, int partial, long prepared, List<String> broken) {}

    /**
     * {@return the findings}
     *
     * @param bank reads the servers
     * @param log what was reported to clients
     * @param status returns the outcome of a transaction (I6); null where the stack cannot be queried
     */
    public static Result take(Bank bank, ClientLog log, @Nullable Function<String, Outcome> status) {
        Audit audit = new Audit(bank, log, status);
        long prepared = bank.prepared();
        audit.money();
        audit.transfers();
        audit.nodes(prepared);
        audit.lockingAudits();
        return new Result(audit.lost, audit.ghosts, audit.partial, prepared, List.copyOf(audit.broken));
    }

    private void check(boolean holds, String invariant, Object... arguments) {
        if (!holds) {
            broken.add(invariant.formatted(arguments));
        }
    }

    private void money() {
        long money = bank.money();
        check(money == bank.total(), "I1: %d instead of %d", money, bank.total());
        for (PostgresNode node : bank.nodes()) {
            long wrong = bank.wrongBalances(node);
            check(wrong == 0, "I2: %d balances on %s are not what the ledger says", wrong, node.name());
        }
    }

    private void transfers() {
        Map<UUID, List<String>> ledger = bank.ledger();
        for (Entry entry : log.entries()) {
            judge(entry, ledger.remove(entry.transfer().id()));
        }
        check(ledger.isEmpty(), "I7: %d transfers without a request: %s", ledger.size(), ledger.keySet());
        check(partial == 0, "I3: %d transfers are there in part", partial);
        check(lost == 0, "I4: %d transfers are lost", lost);
        check(ghosts == 0, "I5: %d transfers are there although they were reported as not done", ghosts);
        check(otherwise == 0, "I6: the status of %d transfers is not what the ledger shows", otherwise);
    }

    private void judge(Entry entry, @Nullable List<String> found) {
        boolean there = found != null;
        boolean whole = found != null
                && found.size() == entry.transfer().legs().size()
                && new TreeSet<>(found).equals(expected(entry.transfer()));
        if (there && !whole) {
            partial++;
            show("I3", entry, found);
        }
        Claim claim = entry.claim();
        if (claim == Claim.ALL_LEGS && !there) {
            lost++;
            show("I4", entry, found);
        } else if (claim == Claim.NO_LEG && there) {
            ghosts++;
            show("I5", entry, found);
        } else if (claim == Claim.ALL_OR_NONE && status != null && entry.recent() && !statusFits(entry, there)) {
            otherwise++;
            show("I6", entry, found);
        }
    }

    /**
     * An attempt that is reported as committed must be there. An attempt without a known name or end proves nothing,
     * unless several nodes wrote and it is there.
     */
    private boolean statusFits(Entry entry, boolean there) {
        boolean committed = false;
        boolean unknown = false;
        for (String name : entry.unknownNames().values()) {
            Outcome outcome = Objects.requireNonNull(status).apply(name);
            committed |= outcome == Outcome.COMMITTED;
            unknown |= outcome == Outcome.UNKNOWN;
        }
        if (committed) {
            return there;
        }
        // A transaction on a single node leaves no decision. The decision of a transfer over several nodes is kept
        // for the retention.
        return !there || (unknown && (entry.transfer().nodes() == 1 || !entry.recent()));
    }

    private void show(String invariant, Entry entry, @Nullable List<String> found) {
        if (lost + ghosts + partial + otherwise <= SHOWN) {
            broken.add("%s: %s, and the ledger has %s".formatted(invariant, entry, found));
        }
    }

    private static TreeSet<String> expected(Transfer transfer) {
        TreeSet<String> legs = new TreeSet<>();
        for (int i = 0; i < transfer.legs().size(); i++) {
            Leg leg = transfer.legs().get(i);
            legs.add(i + ":" + leg);
        }
        return legs;
    }

    private void nodes(long prepared) {
        check(prepared == 0, "I8: %d transactions are left prepared", prepared);
        for (PostgresNode node : bank.nodes()) {
            long locks = Bank.locksOfNobody(node);
            check(locks == 0, "I9: %d locks on %s belong to no session", locks, node.name());
            check(lockable(node), "I9: accounts on %s are locked", node.name());
        }
    }

    private static boolean lockable(PostgresNode node) {
        try (Connection c = node.connect();
                Statement s = c.createStatement()) {
            c.setAutoCommit(false);
            s.executeQuery("select * from account for update nowait").close();
            c.rollback();
            return true;
        } catch (SQLException e) {
            return false;
        }
    }

    private void lockingAudits() {
        Map<Long, Long> found = log.audits();
        check(
                found.keySet().stream().allMatch(sum -> sum == bank.total()),
                "I14: locking audits saw %s instead of %d",
                found,
                bank.total());
    }
}
