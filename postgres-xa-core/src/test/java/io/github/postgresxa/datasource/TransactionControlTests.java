package io.github.postgresxa.datasource;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TransactionControlTests {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "commit",
                "COMMIT",
                "  Commit work ;",
                "/* hello /* nested */ */ commit",
                "-- a comment\nrollback",
                "end",
                "abort",
                "begin",
                "start transaction",
                "rollback and chain",
                "rollback work",
                "commit prepared 'x'",
                "rollback prepared 'x'",
                "prepare transaction 'x'",
                "update t set a = 1; commit",
                "insert into t values ('a;b'); commit",
                "insert into t values (E'\\'; x'); commit",
                "select $$ ; $$; commit",
                "select $tag$ ; $$ $tag$; end",
                "create table t (a int); commit",
                "create function f() returns int language sql begin atomic select case when true then 1 end;"
                        + " select 2; end; commit",
                "select begin atomic from t; commit",
                "select 1; -- x\rcommit",
                "select 1; /* ; */ -- ;\n commit"
            })
    void findsWhatWouldEndTheTransaction(String sql) {
        assertThat(TransactionControl.in(sql)).isNotNull();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "select 1",
                "select 'commit'",
                "select 1; select 'x; commit'",
                "savepoint s",
                "release savepoint s",
                "rollback to s",
                "rollback to savepoint s",
                "rollback work to savepoint s",
                "rollback transaction to s",
                "prepare q as select 1",
                "prepare transaction_list as select 1",
                "update \"commit\" set a = 1",
                "select $$; commit; $$",
                "select E'it\\'s; commit'",
                "set transaction isolation level serializable",
                "commitment",
                "do $$ begin perform 1; end $$",
                "create function f() returns int language sql begin atomic select 1; select 2; end",
                "{call f(?)}",
                "select a$b from t; select c$b from t",
                "comment on table t is 'x'"
            })
    void letsEverythingElseThrough(String sql) {
        assertThat(TransactionControl.in(sql)).isNull();
    }
}
