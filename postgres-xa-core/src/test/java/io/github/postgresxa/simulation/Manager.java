package io.github.postgresxa.simulation;

import io.github.postgresxa.Outcome;
import io.github.postgresxa.gid.ManagerXid;
import io.github.postgresxa.gid.NodeIdentity;
import io.github.postgresxa.prepared.NodeScan;
import io.github.postgresxa.transaction.CommitUnderTest;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.Function;
import java.util.function.Predicate;
import javax.transaction.xa.XAException;
import javax.transaction.xa.XAResource;
import javax.transaction.xa.Xid;
import org.jspecify.annotations.Nullable;

/**
 * A transaction manager with another resource in each transaction, so the manager decides. Its log outlives its
 * process. It presumes abort for what is not in the log, and forgets a commit that a complete scan does not list.
 */
final class Manager {

    private static final int ATTEMPTS = 3;

    private static final class Managed {

        private final Actor owner;
        private final Ledger.Entry entry;
        private boolean committed;

        Managed(Actor owner, Ledger.Entry entry) {
            this.owner = owner;
            this.entry = entry;
        }
    }

    private final Map<Xid, Managed> log = new LinkedHashMap<>();

    /** The servers on which a transaction was prepared that it has decided to commit. */
    private final Set<NodeIdentity> noted = new HashSet<>();

    private @Nullable Actor recovering;

    /** Ends one transaction while its process lives. */
    void end(CommitUnderTest transaction, Ledger.Entry entry, SplittableRandom random) {
        ManagerXid xid = new Name(entry.transaction).xid();
        Managed managed = new Managed(Actor.current(), entry);
        log.put(xid, managed);
        entry.managed = true;
        Outcome vote = transaction.prepare(xid);
        if (!transaction.isPrepared()) {
            entry.told = vote;
            entry.confirmed = true;
            return;
        }
        boolean commit = transaction.hasAgreed() && random.nextInt(4) != 0;
        Outcome said = commit ? Outcome.COMMITTED : Outcome.ROLLED_BACK;
        managed.committed = commit;
        if (commit) {
            entry.writers.forEach(s -> noted.add(new NodeIdentity(s.identity)));
        }
        // Every later answer has to agree with that.
        entry.told = said;
        for (int i = 0; i < ATTEMPTS && transaction.isPrepared(); i++) {
            Outcome answer = commit ? transaction.commitPrepared() : transaction.rollbackPrepared();
            if (answer == said) {
                managed.committed = false;
                entry.confirmed = true;
                return;
            }
            refuse(answer != Outcome.UNKNOWN, managed, xid);
        }
    }

    /**
     * A new process of the manager asks for the transactions of the dead ones. Only one such process runs at a
     * time. It forgets nothing while its scan does not cover a server on which something was prepared.
     *
     * @return whether it could not decide because it does not know all servers of a transaction
     */
    boolean recover(Function<Predicate<Xid>, NodeScan> resources) {
        Actor other = recovering;
        if (other != null && !other.isOver()) {
            return false;
        }
        boolean refused = false;
        recovering = Actor.current();
        List<Xid> left = log.entrySet().stream()
                .filter(e -> e.getValue().owner.isOver())
                .map(Map.Entry::getKey)
                .toList();
        NodeScan resource = resources.apply(left::contains);
        try {
            List<Xid> listed = Arrays.asList(resource.recover(XAResource.TMSTARTRSCAN));
            for (Xid xid : left) {
                Managed managed = Objects.requireNonNull(log.get(xid));
                if (!listed.contains(xid)) {
                    managed.committed &= !resource.covered().containsAll(noted);
                } else {
                    settle(resource, xid, managed);
                }
            }
        } catch (XAException e) {
            // Or a node does not answer: the next pass tries again.
            refused = String.valueOf(e.getMessage()).contains("not known to this process");
        }
        recovering = null;
        return refused;
    }

    private static void settle(XAResource resource, Xid xid, Managed managed) throws XAException {
        try {
            if (managed.committed) {
                resource.commit(xid, false);
            } else {
                resource.rollback(xid);
            }
        } catch (XAException e) {
            boolean heuristic = e.errorCode == XAException.XA_HEURRB || e.errorCode == XAException.XA_HEURCOM;
            refuse(heuristic, managed, e);
            if (!heuristic) {
                throw e;
            }
            managed.committed = false;
        }
    }

    /** Only an operator's order is a reason to tell the manager the opposite of what it said. */
    private static void refuse(boolean heuristic, Managed managed, Object what) {
        if (heuristic && !managed.entry.ordered) {
            throw new Violation("NoHeuristic", "the manager is told the opposite of what it said: " + what);
        }
    }

    /** The manager's own identifier of a transaction. */
    private record Name(String transaction) implements Xid {

        ManagerXid xid() {
            return ManagerXid.of(this);
        }

        @Override
        public int getFormatId() {
            return 1;
        }

        @Override
        public byte[] getGlobalTransactionId() {
            return transaction.getBytes(StandardCharsets.US_ASCII);
        }

        @Override
        public byte[] getBranchQualifier() {
            return new byte[] {1};
        }
    }
}
