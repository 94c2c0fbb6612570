package io.github.postgresxa.test.fault;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** The rules on small examples. {@code MessageKindIT} of the core compares them with what the product sends. */
class MessageKindTests {

    private static void is(MessageKind kind, String sql) {
        assertThat(MessageKind.of(sql)).as(sql).isEqualTo(kind);
    }

    @Test
    void isDerivedFromTheSqlOfAMessage() {
        is(MessageKind.PREPARE, "savepoint pgxa; select pg_current_xact_id(); prepare transaction 'pgxa/1/x/y/z'");
        is(MessageKind.COMMIT_PREPARED, "COMMIT PREPARED 'pgxa/1/x/y/z'");
        is(MessageKind.ROLLBACK_PREPARED, "ROLLBACK PREPARED 'pgxa/1/x/y/z'");
        is(
                MessageKind.DECISION,
                "insert into pgxa.decision (gtrid, outcome) values ('1', 'C', (select x from pgxa.node)); commit");
        is(
                MessageKind.FENCE,
                "begin; insert into log.decision (gtrid, outcome) select '1', 'A', 'C' from pgxa.node on "
                        + "conflict do nothing; commit");
        is(MessageKind.VERIFY, "begin; select gid from pg_prepared_xacts; select pg_xact_status(x); commit");
        is(MessageKind.SCAN, "select gid, owner from pg_prepared_xacts order by prepared");
        is(
                MessageKind.FORGET,
                "begin; with gone as (delete from pgxa.decision d using pgxa.node n) update pgxa.node; commit");
        is(
                MessageKind.READ_DECISIONS,
                "select identity, mark from pgxa.node; select gtrid from pgxa.decision where gtrid in ('1')");
        is(MessageKind.STATUS, "select x, pg_xact_status(x) from unnest(array['1']::xid8[]) x");
        is(MessageKind.VOTE, "select pg_catalog.pg_current_xact_id_if_assigned(), current_setting('x')");
        is(MessageKind.COMMIT, "savepoint pgxa; select 1 / (pg_current_xact_id_if_assigned() is null)::int4; commit");
        is(MessageKind.SETUP, "select identity, version from pgxa.node");
        is(MessageKind.COMMIT, "savepoint pgxa; commit");
        is(MessageKind.COMMIT, "COMMIT");
        is(MessageKind.ROLLBACK, "rollback");
        is(MessageKind.STARTUP, "startup");
        is(MessageKind.WORK, "update account set balance = balance - 1");
        is(MessageKind.WORK, "select 'we commit ourselves'");
    }
}
