package io.github.postgresxa.samples.jakarta.money;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import javax.sql.DataSource;

/** One bank: the SQL of one node. Its methods take part in the transaction of their caller. */
final class Bank {

    private static final String OPEN = """
            do $$
            begin
                perform pg_advisory_xact_lock(hashtext('bank'));
                if to_regclass('account') is null then
                    create table account (
                        id int primary key,
                        balance bigint not null check (balance >= 0)
                    );
                    create table ledger (
                        transfer_id uuid,
                        leg smallint,
                        account int not null,
                        amount bigint not null,
                        at timestamptz not null default now(),
                        primary key (transfer_id, leg)
                    );
                    insert into account select id, 1000 from generate_series(1, 10) id;
                end if;
            end $$
            """;

    private static final String UNIQUE_VIOLATION = "23505";

    private final String node;
    private final DataSource source;

    Bank(String node, DataSource source) {
        this.node = node;
        this.source = source;
    }

    String node() {
        return node;
    }

    /** Creates tables and accounts if there are none. What exists stays as it is. */
    void open() throws SQLException {
        try (Connection connection = source.getConnection();
                var statement = connection.createStatement()) {
            statement.execute(OPEN);
        }
    }

    List<Account> accounts() throws SQLException {
        List<Account> accounts = new ArrayList<>();
        try (Connection connection = source.getConnection();
                PreparedStatement select = connection.prepareStatement("select id, balance from account order by id");
                ResultSet rows = select.executeQuery()) {
            while (rows.next()) {
                accounts.add(new Account(new AccountId(node, rows.getInt(1)), rows.getLong(2)));
            }
        }
        return accounts;
    }

    List<Leg> legs(UUID transfer) throws SQLException {
        List<Leg> legs = new ArrayList<>();
        try (Connection connection = source.getConnection();
                PreparedStatement select =
                        connection.prepareStatement("select leg, account, amount from ledger where transfer_id = ?")) {
            select.setObject(1, transfer);
            try (ResultSet rows = select.executeQuery()) {
                while (rows.next()) {
                    legs.add(new Leg(rows.getInt(1), new AccountId(node, rows.getInt(2)), rows.getLong(3)));
                }
            }
        }
        return legs;
    }

    /** Changes a balance and records the change in the ledger. */
    void post(UUID transfer, Leg leg) throws SQLException {
        try (Connection connection = source.getConnection()) {
            writeDown(connection, transfer, leg);
            if (!changeBalance(connection, leg)) {
                throw new TransferRefusedException(
                        "%s does not exist, or does not have %d".formatted(leg.account(), Math.abs(leg.amount())));
            }
        }
    }

    private static void writeDown(Connection connection, UUID transfer, Leg leg) throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement(
                "insert into ledger (transfer_id, leg, account, amount) values (?, ?, ?, ?)")) {
            insert.setObject(1, transfer);
            insert.setInt(2, leg.number());
            insert.setInt(3, leg.account().number());
            insert.setLong(4, leg.amount());
            insert.executeUpdate();
        } catch (SQLException e) {
            if (UNIQUE_VIOLATION.equals(e.getSQLState())) {
                throw new DuplicateTransferException();
            }
            throw e;
        }
    }

    private static boolean changeBalance(Connection connection, Leg leg) throws SQLException {
        try (PreparedStatement update = connection.prepareStatement(
                "update account set balance = balance + ? where id = ? and balance + ? >= 0")) {
            update.setLong(1, leg.amount());
            update.setInt(2, leg.account().number());
            update.setLong(3, leg.amount());
            return update.executeUpdate() == 1;
        }
    }
}
