package io.github.postgresxa;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.postgresxa.test.PostgresNode;
import io.github.postgresxa.test.PostgresNodes;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A decision is on disk before anybody obeys it, however loosely a server is set up. */
@PostgresNodes({"east", "west"})
class DurabilityIT {

    @ParameterizedTest
    @CsvSource({"off, on", "local, on", "remote_write, on", "on, on", "remote_apply, remote_apply"})
    void synchronousCommitIsRaisedForDecisionsAndFences(
            String server, String decided, PostgresNode east, PostgresNode west) throws Exception {
        for (PostgresNode node : List.of(east, west)) {
            node.execute("alter role postgres set synchronous_commit = " + server);
        }
        try (Bank bank = Bank.open(east, west)) {
            east.execute(
                    "create table if not exists written (outcome text, durability text)",
                    "truncate written",
                    """
                    create or replace function note_durability() returns trigger language plpgsql as
                    'begin insert into public.written values (new.outcome, current_setting(''synchronous_commit'')); return new; end'
                    """,
                    "create or replace trigger note before insert on pgxa.decision for each row execute function note_durability()");
            bank.transaction().begin();
            bank.add("east", -1);
            bank.add("west", 1);
            bank.transaction().commit();
            Roles.leavePrepared(west, west.username(), east, TransactionId.random(), 10);
            Eventually.eventually(java.time.Duration.ofSeconds(10), "it is fenced", () -> bank.prepared() == 0);
            assertThat(
                            east.text(
                                    "select string_agg(distinct outcome || ' ' || durability, ', ' order by outcome || ' ' || durability) from written"))
                    .isEqualTo("A %s, C %1$s".formatted(decided));
        } finally {
            for (PostgresNode node : List.of(east, west)) {
                node.execute("alter role postgres reset synchronous_commit");
            }
        }
    }
}
