package io.github.postgresxa.commit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.postgresxa.RecoveryRegistration;
import io.github.postgresxa.support.Bank;
import io.github.postgresxa.support.LogLines;
import io.github.postgresxa.test.PostgresNode;
import io.github.postgresxa.test.PostgresNodes;
import java.sql.SQLException;
import java.util.List;
import javax.transaction.xa.XAException;
import javax.transaction.xa.Xid;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A manager whose identifiers leave no room in the name of a prepared branch, as Liberty's do. */
@PostgresNodes({"east", "west"})
class LongIdentifierIT {

    private static final String LOGGER = "io.github.postgresxa.manager.ExternalHints";

    private final ManagerByHand manager = new ManagerByHand(new LibertysXid());
    private Bank bank;

    private record LibertysXid() implements Xid {

        @Override
        public int getFormatId() {
            return 0x57415344;
        }

        @Override
        public byte[] getGlobalTransactionId() {
            return new byte[36];
        }

        @Override
        public byte[] getBranchQualifier() {
            return new byte[54];
        }
    }

    @BeforeEach
    void open(PostgresNode east, PostgresNode west) {
        bank = Bank.open(b -> b.transactionManager(manager, manager), east, west);
    }

    @AfterEach
    void close() {
        bank.close();
    }

    private void transfer() {
        try {
            bank.add("east", -10);
            bank.add("west", 10);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void theLogSaysItWithTheFirstUseOfANodeAndTransactionsOfTheNodesWork() throws Exception {
        List<String> first = LogLines.of(LOGGER, this::transfer);
        assertThat(first)
                .singleElement()
                .asString()
                .contains(
                        "under the transaction manager io.github.postgresxa.commit.ManagerByHand",
                        "will be rolled back at their commit",
                        "36 + 54 bytes",
                        "208 bytes long, and PostgreSQL takes 199",
                        "Liberty");
        manager.resource().commit(manager.xid, true);
        manager.complete();
        assertThat(bank.balances()).containsExactly(990L, 1010L);
    }

    @Test
    void oneWithAnotherResourceIsRolledBackAndSaysTheSame() {
        transfer();
        assertThatThrownBy(() -> manager.resource().prepare(manager.xid))
                .isInstanceOf(XAException.class)
                .hasMessageContaining("36 + 54 bytes")
                .hasMessageContaining("do not use another resource and the nodes in one transaction there");
        manager.complete();
        assertThat(bank.balances()).containsExactly(1000L, 1000L);
        assertThat(bank.prepared()).isZero();
        assertThat(bank.xa.recoveryRegistration())
                .as("nothing can be left prepared")
                .isEqualTo(RecoveryRegistration.NOT_NEEDED_YET);
    }
}
