package io.github.postgresxa.recovery;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.postgresxa.TransactionId;
import io.github.postgresxa.decision.Decision;
import io.github.postgresxa.gid.Gid;
import io.github.postgresxa.gid.ManagerXid;
import io.github.postgresxa.gid.NodeIdentity;
import io.github.postgresxa.gid.Participant;
import io.github.postgresxa.gid.Xid8;
import io.github.postgresxa.prepared.Verdict;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class RecoveryRulesTests {

    private static final NodeIdentity EAST = new NodeIdentity("0123456789abcdef");
    private static final NodeIdentity WEST = new NodeIdentity("fedcba9876543210");
    private static final Gid BRANCH = new Gid(TransactionId.random(), EAST, WEST);
    private static final Duration GRACE = Duration.ofSeconds(2);

    private static Verdict judge(@Nullable Decision decision, Duration seenFor) {
        return RecoveryRules.judge(BRANCH, decision, seenFor, GRACE, false);
    }

    private static Decision decision(Decision.Kind verb, NodeIdentity... participants) {
        return new Decision(
                BRANCH.transaction(),
                verb,
                List.of(participants).stream()
                        .map(i -> new Participant(i, new Xid8(7), "x"))
                        .toList());
    }

    @Nested
    class ABranchWithoutADecision {

        @Test
        void isLeftToItsCoordinatorWhileItIsYoung() {
            assertThat(judge(null, GRACE.minusMillis(1))).isEqualTo(Verdict.LEAVE);
        }

        @Test
        void isFencedOnceTheGraceHasPassed() {
            assertThat(judge(null, GRACE)).isEqualTo(Verdict.FENCE);
        }

        @Test
        void isFencedAtOnceIfNobodyCanDecideAnyMore() {
            assertThat(RecoveryRules.judge(BRANCH, null, Duration.ZERO, GRACE, true))
                    .isEqualTo(Verdict.FENCE);
        }

        @Test
        void isNeverFencedWhereTheManagerDecides() {
            Gid second = new Gid(BRANCH.transaction(), EAST, WEST, ManagerXid.NONE);
            assertThat(RecoveryRules.judge(second, null, Duration.ofDays(30), GRACE, true))
                    .isEqualTo(Verdict.LEAVE);
        }
    }

    @Nested
    class ABranchWithADecision {

        @Test
        void isCommittedIfTheRowNamesIt() {
            assertThat(judge(decision(Decision.Kind.COMMIT, WEST), Duration.ZERO))
                    .isEqualTo(Verdict.COMMIT);
        }

        @Test
        void isInDoubtIfACommitDoesNotNameIt() {
            assertThat(judge(decision(Decision.Kind.COMMIT, EAST), GRACE)).isEqualTo(Verdict.IN_DOUBT);
        }

        @Test
        void isRolledBackIfTheRowIsAFence() {
            assertThat(judge(decision(Decision.Kind.ABORT), Duration.ZERO)).isEqualTo(Verdict.ROLLBACK);
        }
    }
}
