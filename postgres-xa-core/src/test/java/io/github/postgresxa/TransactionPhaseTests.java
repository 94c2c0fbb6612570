package io.github.postgresxa;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import org.junit.jupiter.api.Test;

class TransactionPhaseTests {

    @Test
    void aTransactionThatIsOverGoesNowhere() {
        for (TransactionPhase over :
                new TransactionPhase[] {TransactionPhase.COMMITTED, TransactionPhase.ABORTED, TransactionPhase.UNDECIDED
                }) {
            assertThat(over.isOver()).isTrue();
            for (TransactionPhase next : TransactionPhase.values()) {
                assertThatIllegalStateException().isThrownBy(() -> over.moveTo(next));
            }
        }
    }

    @Test
    void onceADecisionIsOnItsWayOnlyTheHomeKnows() {
        assertThat(TransactionPhase.DECIDING.moveTo(TransactionPhase.UNKNOWN)).isEqualTo(TransactionPhase.UNKNOWN);
        assertThatIllegalStateException()
                .isThrownBy(() -> TransactionPhase.DECIDING.moveTo(TransactionPhase.UNDECIDED));
        assertThatIllegalStateException()
                .isThrownBy(() -> TransactionPhase.DECIDING.moveTo(TransactionPhase.PREPARING));
    }
}
