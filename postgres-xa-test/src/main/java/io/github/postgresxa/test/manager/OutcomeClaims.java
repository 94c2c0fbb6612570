package io.github.postgresxa.test.manager;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.postgresxa.test.PostgresNode;
import io.github.postgresxa.test.fault.Fault;
import io.github.postgresxa.test.fault.MessageKind;
import io.github.postgresxa.test.fault.Position;
import io.github.postgresxa.test.manager.OtherResource.Fate;
import jakarta.transaction.HeuristicMixedException;
import jakarta.transaction.RollbackException;
import java.util.List;
import javax.transaction.xa.XAException;
import javax.transaction.xa.Xid;

/** What `commit` reports where a node, a reply or another resource fails. East is the home: it is used first. */
@Subject("Failures and outcomes")
interface OutcomeClaims extends Claims {

    @Claim("A lost reply to the decision is looked up: `commit` returns if it was taken.")
    default void aDecisionThatWasTakenIsFound() throws Exception {
        bed().begin();
        bed().transfer();
        Fault lost = bed().plan().at(MessageKind.DECISION).loseReply();
        bed().commit();
        assertThat(lost.hasFired()).isTrue();
        bed().threadIsFree();
        TestBed.eventually("every node shows it", () -> bed().balances().equals(List.of(990L, 1010L, 1000L)));
    }

    @Claim("A decision that never arrived is a `RollbackException`.")
    default void aDecisionThatWasNotTakenIsARollback() throws Exception {
        bed().begin();
        bed().transfer();
        Fault lost = bed().plan().at(MessageKind.DECISION).loseRequest();
        bed().commitRollsBack();
        assertThat(lost.hasFired()).isTrue();
        bed().nothingIsPrepared();
    }

    @Claim("A lost reply to a `PREPARE` is a `RollbackException`.")
    default void aLostReplyToPrepareIsARollback() throws Exception {
        bed().begin();
        bed().transfer();
        Fault lost = bed().plan().at(MessageKind.PREPARE).loseReply();
        bed().commitRollsBack();
        assertThat(lost.hasFired()).isTrue();
        bed().nothingIsPrepared();
    }

    @Claim("An outcome that cannot be known now is a `HeuristicMixedException`, never a guess; the thread is free, and"
            + " it is all or nothing when the node is back.")
    default void anUnknownOutcomeIsReportedAsMixed() throws Exception {
        PostgresNode east = bed().node("east");
        bed().begin();
        bed().transfer();
        bed().plan().at(MessageKind.DECISION).call(Position.AFTER_EXECUTED, east::kill);
        bed().plan().at(MessageKind.DECISION).loseReply();
        assertThatThrownBy(() -> bed().commit()).isInstanceOf(HeuristicMixedException.class);
        bed().threadIsFree();
        east.start();
        bed().nothingIsPrepared();
        bed().isTransferred();
    }

    @Claim("A node that is down rolls back what used it, and only that.")
    default void aNodeThatIsDownRollsBack() throws Exception {
        bed().begin();
        bed().transfer();
        bed().node("west").kill();
        assertThatThrownBy(() -> bed().commit()).isInstanceOf(RollbackException.class);
        bed().begin();
        bed().add("east", -10);
        bed().add("north", 10);
        bed().commit();
        bed().node("west").start();
        assertThat(bed().balances()).containsExactly(990L, 1000L, 1010L);
    }

    @Claim("Another resource and the nodes commit together.")
    default void anotherResourceAndTheNodesCommitTogether() throws Exception {
        bed().begin();
        bed().transfer();
        OtherResource other = bed().enlisted(new OtherResource(true));
        bed().commit();
        assertThat(other.fate()).isEqualTo(Fate.COMMITTED);
        bed().isTransferred();
        bed().nothingIsPrepared();
    }

    @Claim("Another resource and the nodes roll back together.")
    default void anotherResourceAndTheNodesRollBackTogether() throws Exception {
        bed().begin();
        bed().transfer();
        OtherResource other = bed().enlisted(new OtherResource(true));
        bed().rollback();
        assertThat(other.fate()).isEqualTo(Fate.ROLLED_BACK);
        bed().isUnchanged();
    }

    @Claim("No node commits where another resource refuses, and it does not commit where a node refuses.")
    default void aRefusalHoldsForAll() throws Exception {
        bed().begin();
        bed().transfer();
        bed().enlisted(new OtherResource(false));
        bed().commitRollsBack();
        bed().nothingIsPrepared();

        bed().begin();
        OtherResource other = bed().enlisted(new OtherResource(true));
        bed().transfer();
        assertThatThrownBy(() -> bed().execute("north", "select no_such_function()"));
        bed().commitRollsBack();
        assertThat(other.fate()).isNotEqualTo(Fate.COMMITTED);
        bed().nothingIsPrepared();
    }

    @Claim("Another resource that ends against the decision is a `HeuristicMixedException`; the nodes obey the"
            + " decision.")
    default void aHeuristicOutcomeElsewhereIsReported() throws Exception {
        bed().begin();
        bed().transfer();
        bed().enlisted(new OtherResource(true) {
            @Override
            public void commit(Xid xid, boolean onePhase) throws XAException {
                throw new XAException(XAException.XA_HEURMIX);
            }
        });
        assertThatThrownBy(() -> bed().commit()).isInstanceOf(HeuristicMixedException.class);
        bed().threadIsFree();
        bed().nothingIsPrepared();
        bed().isTransferred();
    }
}
