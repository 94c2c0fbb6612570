package io.github.postgresxa.branch;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.postgresxa.branch.VerbResult.Kind;
import io.github.postgresxa.node.Reply;
import java.sql.SQLException;
import java.sql.SQLWarning;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.postgresql.core.TransactionState;

class RepliesTests {

    private static Reply tags(String... tags) {
        return new Reply(List.of(tags), List.of(), null, null, TransactionState.IDLE, false);
    }

    private static Reply standbyMissed(String... tags) {
        return new Reply(List.of(tags), List.of(), new SQLWarning("canceled"), null, TransactionState.IDLE, false);
    }

    private static Reply error(String sqlState, TransactionState state, boolean gone) {
        return new Reply(List.of("SET"), List.of(), null, new SQLException("no", sqlState), state, gone);
    }

    private static @Nullable Kind kind(VerbResult answer) {
        return answer.kind();
    }

    @Nested
    class Prepare {

        @Test
        void isDoneOnlyIfItsTagSaysSo() {
            assertThat(kind(Replies.toPrepare(tags("SET", "PREPARE TRANSACTION"))))
                    .isEqualTo(Kind.DONE);
            assertThat(kind(Replies.toPrepare(tags("SET", "ROLLBACK")))).isEqualTo(Kind.REFUSED);
        }

        @Test
        void isUnknownIfTheAnswerFitsNothing() {
            assertThat(kind(Replies.toPrepare(tags()))).isEqualTo(Kind.UNKNOWN);
            assertThat(kind(Replies.toPrepare(tags("SET", "SELECT 1")))).isEqualTo(Kind.UNKNOWN);
            assertThat(kind(Replies.toPrepare(tags("ROLLBACK", "COMMIT")))).isEqualTo(Kind.UNKNOWN);
        }

        @Test
        void mayBeDoneWithoutTheStandby() {
            assertThat(kind(Replies.toPrepare(standbyMissed("SET", "PREPARE TRANSACTION"))))
                    .isEqualTo(Kind.UNKNOWN);
        }

        @Test
        void mayBeDoneIfTheReplyIsLost() {
            assertThat(kind(Replies.toPrepare(error("08006", TransactionState.OPEN, true))))
                    .isEqualTo(Kind.UNKNOWN);
        }

        @ParameterizedTest
        @ValueSource(strings = {"0A000", "53200", "42710", "23503", "40001", "22023", "25P02"})
        void isSurelyNotDoneAfterAnErrorOfTheServer(String sqlState) {
            assertThat(kind(Replies.toPrepare(error(sqlState, TransactionState.IDLE, false))))
                    .isEqualTo(Kind.REFUSED);
        }
    }

    @Nested
    class Decide {

        @Test
        void isDoneIfTheRowAndTheCommitAreAcknowledged() {
            assertThat(kind(Replies.toDecide(tags("SET", "SELECT 0", "INSERT 0 1", "COMMIT"))))
                    .isEqualTo(Kind.DONE);
        }

        @Test
        void isUnknownIfARollbackWasNotItsLastAnswer() {
            assertThat(kind(Replies.toDecide(tags("ROLLBACK", "SET")))).isEqualTo(Kind.UNKNOWN);
        }

        @Test
        void isNotDoneWithoutTheRow() {
            assertThat(kind(Replies.toDecide(tags("SET", "INSERT 0 0", "COMMIT"))))
                    .isEqualTo(Kind.UNKNOWN);
        }

        @ParameterizedTest
        @ValueSource(strings = {"23505", "23502", "42P01", "57014", "25P02"})
        void isSurelyNotDoneIfTheInsertFailedSoThatCommitWasNotRun(String sqlState) {
            assertThat(kind(Replies.toDecide(error(sqlState, TransactionState.FAILED, false))))
                    .isEqualTo(Kind.REFUSED);
        }

        @ParameterizedTest
        @ValueSource(strings = {"23503", "40001", "40P01"})
        void isSurelyNotDoneIfCommitFailedForIntegrityOrSerialization(String sqlState) {
            assertThat(kind(Replies.toDecide(error(sqlState, TransactionState.IDLE, false))))
                    .isEqualTo(Kind.REFUSED);
        }

        @ParameterizedTest
        @ValueSource(strings = {"57014", "53100", "XX000", "58030"})
        void isUnknownAfterAnyOtherErrorOfCommit(String sqlState) {
            assertThat(kind(Replies.toDecide(error(sqlState, TransactionState.IDLE, false))))
                    .isEqualTo(Kind.UNKNOWN);
        }

        @ParameterizedTest
        @ValueSource(strings = {"08006", "57P01", "40001", "23505"})
        void isUnknownIfTheConnectionIsGoneWhateverTheErrorSays(String sqlState) {
            assertThat(kind(Replies.toDecide(error(sqlState, TransactionState.FAILED, true))))
                    .isEqualTo(Kind.UNKNOWN);
        }

        @Test
        void isUnknownIfTheStandbyWasNotWaitedFor() {
            assertThat(kind(Replies.toDecide(standbyMissed("SET", "INSERT 0 1", "COMMIT"))))
                    .isEqualTo(Kind.UNKNOWN);
        }
    }

    @Nested
    class Commit {

        @Test
        void isNotDoneIfTheServerAnsweredRollback() {
            assertThat(kind(Replies.toCommit(tags("COMMIT")))).isEqualTo(Kind.DONE);
            assertThat(kind(Replies.toCommit(tags("ROLLBACK")))).isEqualTo(Kind.REFUSED);
        }
    }

    @Nested
    class Finish {

        @ParameterizedTest
        @ValueSource(
                strings = {"42704", "55000", "57P01", "57P02", "57P05", "25P03", "08006", "53100", "53300", "42501"})
        void isNeverTakenAsDoneAfterAnError(String sqlState) {
            assertThat(kind(Replies.toFinish(error(sqlState, TransactionState.IDLE, false), "COMMIT PREPARED")))
                    .isEqualTo(Kind.UNKNOWN);
        }
    }
}
