package io.github.postgresxa.security;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.postgresxa.NodeSettings;
import io.github.postgresxa.TransactionId;
import io.github.postgresxa.decision.DecisionLog;
import io.github.postgresxa.gid.NodeIdentity;
import io.github.postgresxa.gid.Participant;
import io.github.postgresxa.gid.Xid8;
import io.github.postgresxa.node.Node;
import io.github.postgresxa.node.ServerIdentity;
import io.github.postgresxa.node.Session;
import io.github.postgresxa.node.Wire;
import io.github.postgresxa.node.XidStatus;
import java.lang.reflect.Proxy;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The scanner, and the statements that no walk reaches. */
class QualifiedNamesTests {

    private static final NodeIdentity EAST = new NodeIdentity("00000000000000a0");

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "select now() | now()",
                "select 1 + 1 | +",
                "select pg_catalog.now() < '2026-01-01' | <",
                "select x from unnest('{1}'::pg_catalog.xid8[]) x | unnest()",
                "select '1'::xid8 | ::xid8",
                "select a from node | node",
                "insert into decision (gtrid) values ('=') | decision()",
                "update node set a = 1 | =",
                "delete from decision | decision",
                "savepoint pgxa; select current_setting('role') | current_setting()"
            })
    void findsWhatIsLookedUpAlongTheSearchPath(String sql, String found) {
        assertThat(QualifiedNames.missing(sql)).contains(found);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "select pg_catalog.now() operator(pg_catalog.<) '2026 = 2027'",
                "insert into pgxa.decision (gtrid) values ('now()')",
                "set local search_path = pg_catalog, pg_temp;\nselect now() = now()",
                "commit prepared 'pgxa/1/a-b/c/d'"
            })
    void findsNothingElse(String sql) {
        assertThat(QualifiedNames.missing(sql)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void theDecisionIsInOrderAlsoBehindAPooler(boolean direct) {
        Node east = new Node(new NodeSettings("east", "jdbc:postgresql://east/bank", null, null), "bank");
        Session home = new Session(east, neverUsed());
        home.identify(new ServerIdentity(EAST, "1:00000001", direct, true));
        assertThat(QualifiedNames.missing(new DecisionLog("pgxa", "bank")
                        .commitStatements(
                                TransactionId.random(),
                                home,
                                List.of(new Participant(EAST, new Xid8(7), "1:00000001")))))
                .isEmpty();
    }

    private static Wire neverUsed() {
        return (Wire) Proxy.newProxyInstance(
                Wire.class.getClassLoader(), new Class<?>[] {Wire.class}, (proxy, method, args) -> {
                    throw new AssertionError(method + " was called");
                });
    }

    @Test
    void theQuestionForTheEndOfABranchIsInOrder() {
        assertThat(QualifiedNames.missing(XidStatus.question(List.of(new Xid8(7), new Xid8(8)))))
                .isEmpty();
    }

    @Test
    void aSignOfLifeIsInOrder() {
        assertThat(QualifiedNames.missing(new DecisionLog("pgxa", "bank").signOfLife(TransactionId.random(), 3)))
                .isEmpty();
    }
}
