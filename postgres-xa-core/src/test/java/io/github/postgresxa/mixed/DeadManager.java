package io.github.postgresxa.mixed;

import io.github.postgresxa.TransactionId;
import io.github.postgresxa.commit.ManagerByHand;
import io.github.postgresxa.gid.ManagerIds;
import io.github.postgresxa.gid.ManagerName;
import io.github.postgresxa.support.Bank;
import io.github.postgresxa.test.PostgresNode;
import java.nio.charset.StandardCharsets;
import java.util.List;
import javax.transaction.xa.Xid;

/** The manager of a process that died in the middle of a transaction, and what it left. */
public final class DeadManager {

    private final ManagerName name = ManagerName.random();
    private final PostgresNode logNode;

    public DeadManager(PostgresNode logNode) {
        this.logNode = logNode;
    }

    private record AtomikosXid(ManagerName manager, int branch) implements Xid {

        @Override
        public int getFormatId() {
            return 0x41544f4d;
        }

        @Override
        public byte[] getGlobalTransactionId() {
            return (manager + "123456789012300001").getBytes(StandardCharsets.US_ASCII);
        }

        @Override
        public byte[] getBranchQualifier() {
            return (manager.text() + branch).getBytes(StandardCharsets.US_ASCII);
        }
    }

    /** The identifier of one branch of its transaction. */
    public Xid xid(int branch) {
        return new AtomikosXid(name, branch);
    }

    /** Its last sign of life was so long ago. */
    public DeadManager registered(String silent) {
        logNode.execute("insert into pgxa.manager (name, node, application, seen_at)"
                + " values ('%s', '%s', 'bank', now() - interval '%s')"
                        .formatted(name, Bank.identity(logNode), silent));
        return this;
    }

    public void decided(String outcome) {
        logNode.execute("insert into pgxa.manager_decision (gtrid, manager, outcome) values ('%s', '%s', '%s')"
                .formatted(ManagerIds.transaction(xid(1)), name, outcome));
    }

    public boolean isRegistered() {
        return logNode.queryForLong("select count(*) from pgxa.manager where name = '%s'".formatted(name)) == 1;
    }

    /** {@return the row that settles its transaction; "-" if there is none} */
    public String row() {
        return logNode.queryForString(
                "select coalesce(max(outcome), '-') from pgxa.manager_decision where manager = '%s'".formatted(name));
    }

    public TransactionId leavePrepared(PostgresNode from, PostgresNode to) throws Exception {
        return leavePrepared(1, from, to);
    }

    /** Leaves ten that are on their way between two nodes, prepared on both. */
    public TransactionId leavePrepared(int account, PostgresNode from, PostgresNode to) throws Exception {
        ManagerByHand manager = new ManagerByHand(xid(1));
        try (Bank bank = Bank.over(
                Bank.builder(from, to).transactionManager(manager, manager).build(), List.of(from, to))) {
            String change = "update account set balance = balance + %d where id = " + account;
            bank.execute(from.name(), change.formatted(-10));
            bank.execute(to.name(), change.formatted(10));
            TransactionId id = bank.xa.currentTransaction().orElseThrow();
            manager.resource().prepare(manager.xid);
            manager.complete();
            return id;
        }
    }
}
