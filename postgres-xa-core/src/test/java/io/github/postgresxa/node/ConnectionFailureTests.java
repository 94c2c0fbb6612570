package io.github.postgresxa.node;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.ConnectException;
import java.sql.SQLException;
import javax.net.ssl.SSLHandshakeException;
import org.junit.jupiter.api.Test;
import org.postgresql.util.PSQLException;
import org.postgresql.util.PSQLState;

class ConnectionFailureTests {

    private static String sentences(Throwable problem) {
        return ConnectionFailure.of(problem).sentences();
    }

    @Test
    void theFirstCauseIsInTheText() {
        Exception path = new IllegalStateException("unable to find valid certification path to requested target");
        SSLHandshakeException tls = new SSLHandshakeException("PKIX path building failed");
        tls.initCause(path);
        assertThat(sentences(new PSQLException("SSL error: PKIX", PSQLState.CONNECTION_FAILURE, tls)))
                .startsWith("SSL error: PKIX (IllegalStateException: unable to find valid certification path")
                .contains("Check sslmode");
    }

    @Test
    void whatTheTextSaysAlreadyIsNotSaidTwice() {
        assertThat(sentences(
                        new SQLException("Connection refused", "08001", new ConnectException("Connection refused."))))
                .startsWith("Connection refused. Check that the server is running");
    }

    @Test
    void aCauseWithoutAMessageIsNamedByItsType() {
        assertThat(sentences(new SQLException("failed", "08001", new OutOfMemoryError())))
                .startsWith("failed (OutOfMemoryError). ");
    }

    @Test
    void aCircularChainOfCausesHasAnEnd() {
        Exception one = new Exception("one");
        Exception other = new Exception("other", one);
        one.initCause(other);
        assertThat(sentences(new SQLException("failed", "08001", one))).startsWith("failed (Exception: o");
    }

    @Test
    void noPasswordOfAUrlIsShown() {
        assertThat(sentences(new SQLException("cannot parse jdbc:postgresql://x/y?password=hunter2&a=b", "08001")))
                .contains("password=****&a=b")
                .doesNotContain("hunter2");
    }
}
