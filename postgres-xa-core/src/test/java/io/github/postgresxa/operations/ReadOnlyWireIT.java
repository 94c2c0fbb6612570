package io.github.postgresxa.operations;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.postgresxa.node.Connector;
import io.github.postgresxa.node.Node;
import io.github.postgresxa.node.Reply;
import io.github.postgresxa.node.Wire;
import io.github.postgresxa.support.Bank;
import io.github.postgresxa.test.PostgresNode;
import io.github.postgresxa.test.PostgresNodes;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The session of an observer: the server refuses each write, and nothing of it is left in the session. */
@PostgresNodes("west")
class ReadOnlyWireIT {

    private static Wire open(PostgresNode node) throws Exception {
        return new Node(Bank.settings(node), "observer", ReadOnlyWire.over(Connector.UNTOUCHED)).connectForRecovery();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "create table of_an_observer (id int)",
                "create schema pgxa;\nselect 1",
                "select nextval('numbers')",
                "rollback prepared 'of others'",
                "commit prepared 'of others'"
            })
    void refusesToWriteAndGoesOn(String sql, PostgresNode west) throws Exception {
        west.execute("drop sequence if exists numbers", "create sequence numbers");
        west.execute("begin; select pg_current_xact_id(); prepare transaction 'of others'");
        try (Wire wire = open(west)) {
            Reply refused = wire.send(sql);
            assertThat(refused.error() != null).as(sql).isTrue();
            assertThat(wire.send("select 1").row()).containsExactly("1");
            assertThat(west.preparedTransactions()).hasSize(1);
        } finally {
            west.execute("rollback prepared 'of others'");
        }
    }

    @Test
    void readsRowsAndLeavesNothingInTheSession(PostgresNode west) throws Exception {
        Node node = new Node(Bank.settings(west), "observer", Connector.UNTOUCHED);
        try (Wire session = node.connectForRecovery();
                Wire wire = ReadOnlyWire.over((any, user, password) -> session).connect(node, null, null)) {
            assertThat(wire.send("select 1 union all select 2\n").rows()).hasSize(2);
            assertThat(wire.send("show transaction_read_only;").row()).containsExactly("on");
            assertThat(wire.send("show search_path").row()).containsExactly("pg_catalog, pg_temp");
            assertThat(Rows.number(Rows.one(wire, "select pg_backend_pid()"), 0))
                    .isEqualTo(wire.backend());

            assertThat(west.queryForString("select state from pg_stat_activity where pid = " + wire.backend()))
                    .isEqualTo("idle");
            assertThat(session.send("show search_path").row()).containsExactly("\"$user\", public");
            assertThat(session.send("show statement_timeout").row()).containsExactly("0");
            assertThat(session.send("show transaction_read_only").row()).containsExactly("off");
        }
    }
}
