package io.github.postgresxa.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.postgresxa.test.PostgresNode;
import io.github.postgresxa.test.PostgresNodes;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What the jar lists, also of others, and what can be done with it. */
@PostgresNodes({"east", "west"})
class ListIT extends ConsoleTest {

    /** Each name that the list prints, also those of others, and one that looks like an option. */
    @Test
    void whateverTheListPrintsCanBeExplainedAndResolved() throws Exception {
        UUID id = orphan(west);
        String ours = west.preparedTransactions().get(0).gid();
        List<String> foreign =
                List.of("1096044365_bm9kZS1BMTc5NTM0ODg5NDU4MDAwMDAx_bm9kZS1BMg==", "-1_YQ==_Yg==", "it's \\ mine");
        for (int i = 0; i < foreign.size(); i++) {
            west.execute("begin; insert into account values (%d, 1); prepare transaction '%s'"
                    .formatted(10 + i, foreign.get(i).replace("'", "''")));
        }
        try {
            Result listed = withConfig("list");
            assertThat(listed.out()).contains("NODE  AGE").contains(ours).contains(foreign);
            assertFits(listed.out());
            for (String name : foreign) {
                Result explained = withConfig("explain", name);
                assertThat(explained.exit()).as(explained.err()).isZero();
                assertThat(oneLine(explained.out()))
                        .contains("On node 'west'", "ROLLBACK PREPARED %s;".formatted(literal(name)));
                Result refused = withConfig("resolve", name, "rollback", "--expect", "none", "--reason", "ticket 1");
                assertThat(refused.exit()).isEqualTo(1);
                assertThat(refused.err()).contains("This is not ours to settle, and nothing was done.");
            }
            assertThat(west.preparedTransactions()).hasSize(4);
            assertThat(withConfig("explain", id.toString().toUpperCase(Locale.ROOT))
                            .exit())
                    .isZero();
            Result done = withConfig("resolve", ours, "rollback", "--expect", "none", "--reason", "ticket 1", "--json");
            assertThat(done.out())
                    .contains("\"complete\": true")
                    .startsWith("{")
                    .endsWith("}%n".formatted());
            assertThat(done.err()).isEmpty();
            assertThat(done.exit()).isZero();
        } finally {
            nothingIsLeftPrepared();
        }
    }

    /** Two branches of one transaction of Atomikos. The nodes have no decision log, and need none. */
    @Test
    void whatOthersManageIsOnlyLookedAt() throws Exception {
        String global = "1096044365_bm9kZS1BMTc5NTM0ODg5NDU4MDAwMDAx_";
        String id = "1096044365-6e6f64652d41313739353334383839343538303030303031";
        for (PostgresNode node : nodes()) {
            node.execute("drop schema pgxa cascade");
        }
        west.execute("begin; insert into account values (30, 1); prepare transaction '" + global + "bm9kZS1BMg=='");
        Path file = Files.writeString(
                folder.resolve("observe.properties"), Files.readString(config()) + "\npostgres.xa.mode=observe\n");

        for (List<String> how :
                List.of(List.of("--config", file.toString()), List.of("--config", config().toString(), "--observe"))) {
            Result grouped = run(words(how, "list", "--grouped"));
            assertThat(grouped.exit()).as(grouped.err()).isZero();
            assertThat(oneLine(grouped.out()))
                    .contains(
                            "Transaction " + id,
                            "prepared by Atomikos (node-A)",
                            "format id 1096044365, global id node-A179534889458000001",
                            "not prepared on: east",
                            "1 transactions");
            Result explained = run(words(how, "explain", id));
            assertThat(explained.exit()).as(explained.err()).isZero();
            assertThat(oneLine(explained.out()))
                    .contains("Atomikos (node-A) decides", "lock: relation RowExclusiveLock public.account")
                    .contains("No branch of it is prepared on east");
            assertFits(explained.out());
            assertThat(run(words(how, "doctor")).exit()).isZero();
            for (List<String> order : List.of(
                    List.of("recover"),
                    List.of("resolve", id, "rollback", "--expect", "none", "--reason", "x"),
                    List.of("adopt", "east", "copy", "--reason", "x"))) {
                Result refused = run(words(how, order.toArray(String[]::new)));
                assertThat(refused.exit()).isEqualTo(1);
                assertThat(oneLine(refused.err())).contains("postgres.xa.mode=observe", "nothing was done");
            }
        }
        assertThat(west.preparedTransactions()).hasSize(1);
        assertThat(west.queryForLong("select count(*) from pg_namespace where nspname = 'pgxa'"))
                .isZero();
    }

    private static String[] words(List<String> last, String... first) {
        return Stream.concat(Stream.of(first), last.stream()).toArray(String[]::new);
    }

    @Test
    void theListSaysHowMuchItShowsAndWhatIsNext() throws Exception {
        for (int i = 0; i < 3; i++) {
            west.execute(
                    "begin; insert into account values (%d, 1); prepare transaction 'other-%1$d'".formatted(20 + i));
        }
        try {
            Result first = withConfig("list", "--size", "2");
            assertThat(first.out()).contains("other-20", "other-21", "west: 2 of 3", "next: --page 1 --size 2");
            Result last = withConfig("list", "--size", "2", "--page", "1");
            assertThat(last.out()).contains("other-22", "west: 1 of 3").doesNotContain("next:", "other-20");
            assertThat(withConfig("list", "--size", "2", "--json").out()).contains("\"nextPage\": 1", "\"west\": 3");
            assertThat(withConfig("list", "--size", "0").exit()).isEqualTo(2);
        } finally {
            for (int i = 0; i < 3; i++) {
                west.execute("rollback prepared 'other-%d'".formatted(20 + i));
            }
        }
    }

    private static String literal(String name) {
        String quoted = "'" + name.replace("'", "''") + "'";
        return name.contains("\\") ? "E" + quoted.replace("\\", "\\\\") : quoted;
    }
}
