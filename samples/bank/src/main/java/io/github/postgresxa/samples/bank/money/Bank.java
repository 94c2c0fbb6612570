package io.github.postgresxa.samples.bank.money;

import io.github.postgresxa.samples.bank.money.TransferRefusedException.Reason;
import java.util.List;
import java.util.UUID;
import java.util.function.Supplier;
import org.springframework.dao.DataAccessResourceFailureException;
import org.springframework.dao.RecoverableDataAccessException;
import org.springframework.jdbc.BadSqlGrammarException;
import org.springframework.jdbc.core.simple.JdbcClient;

/** One bank: the SQL of one node. Its methods take part in the transaction of their caller. */
final class Bank {

    /** One statement, and therefore all or nothing. The lock is for several instances that start at once. */
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

    /** Waits if the same leg is being written right now, even by a prepared transaction whose end is not known yet. */
    private static final String WRITE_DOWN =
            "insert into ledger (transfer_id, leg, account, amount) values (?, ?, ?, ?)";

    /** The condition is checked on the locked row, so the same money cannot be spent twice at the same moment. */
    private static final String CHANGE_BALANCE =
            "update account set balance = balance + ? where id = ? and balance + ? >= 0";

    private final String node;
    private final JdbcClient sql;

    Bank(String node, JdbcClient sql) {
        this.node = node;
        this.sql = sql;
    }

    String node() {
        return node;
    }

    /** Creates tables and accounts if there are none. What exists stays as it is. */
    void open() {
        atNode(() -> sql.sql(OPEN).update());
    }

    List<Account> accounts() {
        return atNode(() -> sql.sql("select id, balance from account order by id")
                .query((row, n) -> new Account(node, row.getInt("id"), row.getLong("balance")))
                .list());
    }

    List<Leg> legs(UUID transfer) {
        return atNode(() -> sql.sql("select leg, account, amount from ledger where transfer_id = ?")
                .param(transfer)
                .query((row, n) ->
                        new Leg(row.getInt("leg"), new AccountId(node, row.getInt("account")), row.getLong("amount")))
                .list());
    }

    /**
     * Changes a balance and records the change in the ledger.
     *
     * @throws org.springframework.dao.DuplicateKeyException if this leg of the transfer is recorded already
     */
    void post(UUID transfer, Leg leg) {
        int account = leg.account().number();
        atNode(() -> sql.sql(WRITE_DOWN)
                .params(transfer, leg.number(), account, leg.amount())
                .update());
        int changed = atNode(() -> sql.sql(CHANGE_BALANCE)
                .params(leg.amount(), account, leg.amount())
                .update());
        if (changed == 0) {
            throw refusal(leg);
        }
    }

    private TransferRefusedException refusal(Leg leg) {
        return accounts().stream().anyMatch(known -> known.id() == leg.account().number())
                ? new TransferRefusedException(
                        Reason.OVERDRAFT, "%s does not have %d".formatted(leg.account(), Math.abs(leg.amount())))
                : Banks.unknown(leg.account());
    }

    /** Names the node in the exception: the callers no longer know it. */
    private <T> T atNode(Supplier<T> work) {
        try {
            return work.get();
        } catch (DataAccessResourceFailureException | RecoverableDataAccessException e) {
            throw new NodeUnavailableException(node, "does not answer", e);
        } catch (BadSqlGrammarException e) {
            throw new NodeUnavailableException(node, "is there, but its bank is not open yet", e);
        }
    }
}
