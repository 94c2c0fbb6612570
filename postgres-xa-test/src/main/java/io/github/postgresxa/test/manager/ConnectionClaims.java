package io.github.postgresxa.test.manager;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/** Connections within a transaction, beyond it and outside of one. */
@Subject("Connections")
interface ConnectionClaims extends Claims {

    private long read(String node) throws SQLException {
        try (Connection connection = bed().connection(node);
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("select balance from account where id = 1")) {
            row.next();
            return row.getLong(1);
        }
    }

    @Claim("All connections of a node within a transaction are one: each sees what the others have written, and"
            + " `close` ends nothing.")
    default void theConnectionsOfANodeAreOne() throws Exception {
        bed().begin();
        try (Connection kept = bed().connection("east")) {
            bed().add("east", -4);
            TestBed.execute(kept, TestBed.adds(-6));
            assertThat(read("east")).isEqualTo(990);
        }
        bed().add("west", 10);
        bed().isUnchanged();
        bed().commit();
        bed().isTransferred();
    }

    @Claim("A connection within a transaction refuses `commit`, `rollback` and autocommit.")
    default void aConnectionDoesNotEndTheTransaction() throws Exception {
        bed().begin();
        try (Connection east = bed().connection("east")) {
            assertThat(east.getAutoCommit()).isFalse();
            assertThatThrownBy(east::commit).isInstanceOf(SQLException.class);
            assertThatThrownBy(() -> east.setAutoCommit(true)).isInstanceOf(SQLException.class);
        }
        bed().transfer();
        bed().commit();
        bed().isTransferred();

        bed().reset();
        bed().begin();
        bed().transfer();
        try (Connection east = bed().connection("east")) {
            assertThatThrownBy(east::rollback).isInstanceOf(SQLException.class);
        }
        bed().commitRollsBack(); // The application wanted a rollback.
    }

    @Claim("A connection or statement that is kept beyond the end is refused, also beside the thread's next"
            + " transaction.")
    default void aConnectionEndsWithItsTransaction() throws Exception {
        for (boolean commits : new boolean[] {true, false}) {
            bed().begin();
            try (Connection kept = bed().connection("east");
                    Statement statement = kept.createStatement()) {
                statement.execute(TestBed.adds(0));
                if (commits) {
                    bed().commit();
                } else {
                    bed().rollback();
                }
                isRefused(kept, statement);
                bed().begin();
                isRefused(kept, statement);
                bed().rollback();
            }
        }
        bed().isUnchanged();
    }

    private static void isRefused(Connection kept, Statement statement) {
        assertThatThrownBy(() -> statement.execute(TestBed.adds(1))).isInstanceOf(SQLException.class);
        assertThatThrownBy(() -> TestBed.execute(kept, TestBed.adds(1))).isInstanceOf(SQLException.class);
    }

    @Claim("What another thread does with a connection of the transaction is part of it, and refused after its end.")
    default void anotherThreadMayUseAConnection() throws Exception {
        bed().begin();
        Connection shared = bed().connection("east");
        TestBed.elsewhere(() -> TestBed.execute(shared, TestBed.adds(-5)));
        bed().isUnchanged();
        bed().rollback();
        TestBed.elsewhere(() -> assertThatThrownBy(() -> TestBed.execute(shared, TestBed.adds(1)))
                .isInstanceOf(SQLException.class));
        shared.close();
        bed().isUnchanged();

        bed().begin();
        Connection again = bed().connection("east");
        TestBed.elsewhere(() -> TestBed.execute(again, TestBed.adds(-10)));
        bed().add("west", 10);
        bed().commit();
        again.close();
        bed().isTransferred();
    }

    @Claim("Another thread has no part in the transaction otherwise: its connections commit on their own.")
    default void anotherThreadIsOutside() throws Exception {
        bed().begin();
        bed().add("east", 0);
        TestBed.elsewhere(() -> bed().add("north", 7));
        bed().rollback();
        assertThat(bed().balances()).containsExactly(1000L, 1000L, 1007L);
    }

    @Claim("Outside of a transaction each statement commits on its own.")
    default void outsideEachStatementCommits() throws Exception {
        bed().transfer();
        bed().isTransferred();
        assertThat(read("east")).isEqualTo(990);
    }
}
