package io.github.postgresxa.quarkus.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.postgresxa.PostgresXa;
import io.github.postgresxa.RecoveryRegistration;
import io.github.postgresxa.cdi.Node;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Metrics;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.sql.Connection;
import java.sql.ResultSet;
import java.time.Duration;
import java.util.UUID;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A Quarkus application's transactions reach both nodes or none. Its nodes are those of dev mode. */
@QuarkusTest
@Timeout(60)
class BankTest {

    private static final HttpClient HTTP = HttpClient.newHttpClient();

    private final String id = UUID.randomUUID().toString();

    @Inject
    Bank bank;

    @Inject
    Accounts accounts;

    @Inject
    PostgresXa xa;

    @Inject
    @Node("west")
    DataSource west;

    @TestHTTPResource("/q/health/ready")
    URI ready;

    @TestHTTPResource("/operations/postgres-xa")
    URI operations;

    @Test
    void aTransferCommitsOnBothNodes() throws Exception {
        bank.transfer(id, 5);

        isOn("east", true);
        isOn("west", true);
        nothingIsPrepared();
    }

    @Test
    void theDataSourceWithoutQualifierIsThatOfThePrimaryNode() {
        assertThat(accounts.primaryIsEast()).isTrue();
        assertThat(west).isSameAs(xa.dataSource("west"));
    }

    @Test
    void anExceptionRollsBothNodesBack() throws Exception {
        assertThatThrownBy(() -> bank.transferAndThrow(id)).hasMessage("no money");

        isOn("east", false);
        isOn("west", false);
        nothingIsPrepared();
    }

    @Test
    void anSqlExceptionOfTheApplicationRollsBothNodesBack() throws Exception {
        assertThatThrownBy(() -> bank.transferAndThrowChecked(id)).hasMessage("no money");

        isOn("east", false);
        isOn("west", false);
    }

    @Test
    void aStatementErrorThatIsSwallowedCommitsNothing() throws Exception {
        assertThatThrownBy(() -> bank.swallowStatementError(id)).isInstanceOf(Exception.class);

        isOn("east", false);
        nothingIsPrepared();
    }

    /** The interceptors of Quarkus roll back what is marked, and tell the caller nothing. */
    @Test
    void anExceptionOfABeanThatIsSwallowedCommitsNothing() throws Exception {
        bank.swallowExceptionOfBean(id);

        isOn("east", false);
        isOn("west", false);
    }

    @Test
    void aTimeoutEndsARunningStatement() throws Exception {
        long begin = System.nanoTime();
        assertThatThrownBy(() -> bank.sleep(id)).isInstanceOf(Exception.class);

        assertThat(Duration.ofNanos(System.nanoTime() - begin))
                .isBetween(Duration.ofMillis(1900), Duration.ofSeconds(7));
        isOn("east", false);
        nothingIsPrepared();
    }

    @Test
    void aNewTransactionInsideIsItsOwn() throws Exception {
        assertThatThrownBy(() -> bank.writeJournalAndThrow(id)).hasMessage("no money");

        isOn("east", false);
        assertThat(accounts.parts("east")).contains(id + "-journal");
    }

    @Test
    void theNodesAreRegisteredWithTheRecoveryThatRuns() {
        assertThat(xa.recoveryRegistration()).isEqualTo(RecoveryRegistration.REGISTERED);
    }

    @Test
    void healthShowsEachNode() throws Exception {
        HttpResponse<String> health = get(ready);

        assertThat(health.statusCode()).isEqualTo(200);
        assertThat(health.body()).contains("postgresXa.east", "postgresXa.west", "postgresXa.recovery", "REGISTERED");
    }

    @Test
    void metersCount() {
        bank.transfer(id, 5);

        MeterRegistry exported = new SimpleMeterRegistry();
        Metrics.addRegistry(exported); // as an extension for a monitoring system does
        assertThat(exported.getMeters())
                .extracting(meter -> meter.getId().getName())
                .contains("postgres.xa.commit", "postgres.xa.transactions");
    }

    @Test
    void theResourceForOperatorsAsksForTheirRole() throws Exception {
        assertThat(get(operations).statusCode()).isEqualTo(403);
    }

    private static HttpResponse<String> get(URI uri) throws Exception {
        return HTTP.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString());
    }

    private void isOn(String node, boolean expected) {
        assertThat(accounts.parts(node).contains(id)).as(node).isEqualTo(expected);
    }

    /** What is decided may still be finished by a thread of the core. */
    private void nothingIsPrepared() throws Exception {
        long limit = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        while (prepared() > 0) {
            assertThat(System.nanoTime()).isLessThan(limit);
            Thread.sleep(50);
        }
    }

    private long prepared() throws Exception {
        try (Connection connection = west.getConnection();
                ResultSet count = connection
                        .createStatement()
                        .executeQuery("select count(*) from pg_catalog.pg_prepared_xacts")) {
            count.next();
            return count.getLong(1);
        }
    }
}
