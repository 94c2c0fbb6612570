package io.github.postgresxa.transaction;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.postgresxa.TransactionId;
import java.sql.SQLException;
import javax.transaction.xa.XAException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class XaAnswersTests {

    private static final TransactionId ID = TransactionId.random();

    @ParameterizedTest
    @CsvSource({"40P01, 102", "40001, 107", "23505, 103", "25P02, 100", "57014, 100", "08006, 100"})
    void aRollbackIsAlwaysInTheRangeThatManagersTakeForOne(String sqlState, int code) {
        XAException answer = XaAnswers.rolledBack(ID, new SQLException("why", sqlState));
        assertThat(answer.errorCode).isEqualTo(code).isBetween(XAException.XA_RBBASE, XAException.XA_RBEND);
        assertThat(answer).hasMessageContaining(ID.toString()).hasMessageContaining("why");
    }

    @Test
    void aTimeoutIsToldAsOne() {
        assertThat(XaAnswers.rolledBack(ID, new TimedOutException("late")).errorCode)
                .isEqualTo(XAException.XA_RBTIMEOUT);
    }

    @Test
    void anUnknownOutcomeIsToldWithTheOneCodeThatNoManagerReadsAsRolledBack() {
        XAException answer = XaAnswers.unknown(ID, new SQLException("connection reset", "08006"));
        assertThat(answer.errorCode).isEqualTo(XAException.XAER_RMFAIL);
        assertThat(answer).hasMessageContaining(ID.toString());
    }

    @Test
    void isOneLineWhateverDataAServerQuotes() {
        SQLException quoting = new SQLException(
                "ERROR: duplicate key\n  Detail: Key (name)=(x\r\n2026-01-01 INFO forged \u001b[31m) already exists.",
                "23505");
        assertThat(XaAnswers.unknown(ID, quoting).getMessage())
                .doesNotContain("\n", "\r", "\u001b")
                .contains("duplicate key; Detail: Key (name)=(x; 2026-01-01 INFO forged ?[31m) already exists");
        assertThat(XaAnswers.rolledBack(ID, quoting).getMessage()).hasLineCount(1);
    }
}
