package io.github.postgresxa.transaction;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import org.junit.jupiter.api.Test;

class PhaseTests {

    @Test
    void aTransactionThatIsOverGoesNowhere() {
        for (Phase over : new Phase[] {Phase.COMMITTED, Phase.ABORTED, Phase.UNDECIDED}) {
            assertThat(over.over()).isTrue();
            for (Phase next : Phase.values()) {
                assertThatIllegalStateException().isThrownBy(() -> over.moveTo(next));
            }
        }
    }

    @Test
    void onceADecisionIsOnItsWayOnlyTheHomeKnows() {
        assertThat(Phase.DECIDING.moveTo(Phase.UNKNOWN)).isEqualTo(Phase.UNKNOWN);
        assertThatIllegalStateException().isThrownBy(() -> Phase.DECIDING.moveTo(Phase.UNDECIDED));
        assertThatIllegalStateException().isThrownBy(() -> Phase.DECIDING.moveTo(Phase.PREPARING));
    }
}
