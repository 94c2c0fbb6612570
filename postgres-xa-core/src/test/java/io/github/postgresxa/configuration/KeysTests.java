package io.github.postgresxa.configuration;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.postgresxa.configuration.Keys.Match;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class KeysTests {

    @ParameterizedTest
    @CsvSource({
        "nodes.east.user, nodes.east.username",
        "nodes.east.user-nam, nodes.east.username",
        "nodes.east.role, nodes.east.username",
        "nodes.east.jdbc-url, nodes.east.url",
        "nodes.east.pasword, nodes.east.password",
        "nodes.east.pool.maximum-pool-size, nodes.east.pool.max-size",
        "nodes.east.hikari.maximum-pool-size, nodes.east.pool.max-size",
        "nodes.east.pool.connection-timeout, nodes.east.pool.acquisition-timeout",
        "nodes.east.recovery.username, nodes.east.recovery-role.username",
        "nodes.east, nodes.east.url",
        "node.east.url, nodes.east.url",
        "decision.schemaname, decision.schema",
        "transactionmanagers, transaction-manager",
        "max-size, nodes.<node>.pool.max-size",
        "decision, decision.home"
    })
    void aWrongKeyHasANearestRightOne(String wrong, String right) {
        assertThat(Keys.match(elements(wrong))).isNotEqualTo(Match.VALUE);
        assertThat(Keys.nearest(elements(wrong))).contains("postgres.xa." + right);
    }

    @ParameterizedTest
    @ValueSource(strings = {"nodes.east.pool.frobnicate", "nodes.east.driver-class-name", "something.else"})
    void nothingIsNearWhatResemblesNothing(String wrong) {
        assertThat(Keys.nearest(elements(wrong))).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "postgres.xa.nodes.east.recoveryRole.username",
                "postgres.xa.nodes.east.recovery_role.USERNAME",
                "Postgres.XA.nodes[east].pool.max-size",
                "postgres.xa.nodes.east.pool.maxSize",
                "postgres.xa.transaction_manager",
                "postgres.xa.test.nodes"
            })
    void relaxedNamesAreTheSame(String written) {
        PropertyName name = PropertyName.of(written);
        assertThat(name.isOurs()).isTrue();
        assertThat(Keys.match(name.ownElements())).isEqualTo(Match.VALUE);
    }

    /** In a file it would have no effect. */
    @Test
    void onlyAVariableHasAnUnderscoreForAHyphen() {
        List<String> elements = elements("nodes.east.recovery.role.username");
        assertThat(Keys.matchVariable(elements)).isEqualTo(Match.VALUE);
        assertThat(Keys.match(elements)).isEqualTo(Match.NONE);
        assertThat(PropertyName.variables("postgres.xa.nodes.east.recovery-role.username"))
                .containsExactly(
                        "POSTGRES_XA_NODES_EAST_RECOVERYROLE_USERNAME",
                        "POSTGRES_XA_NODES_EAST_RECOVERY_ROLE_USERNAME");
    }

    @Test
    void aGroupIsNoValue() {
        assertThat(Keys.match(elements("nodes.east.pool"))).isEqualTo(Match.GROUP);
        assertThat(Keys.match(elements("decision"))).isEqualTo(Match.GROUP);
        assertThat(Keys.match(elements("name.first"))).isEqualTo(Match.NONE);
    }

    @Test
    void eachIsDescribedOnce() {
        assertThat(Keys.all()).extracting(Key::name).doesNotHaveDuplicates();
        assertThat(Keys.all()).allSatisfy(key -> {
            assertThat(key.description()).as(key.name()).isNotBlank();
            if (key.type() == Key.Type.CHOICE) {
                assertThat(key.choices()).as(key.name()).contains(key.defaultValue());
            }
        });
    }

    @Test
    void theReadmeHasThemWithTheirDefaults() throws IOException {
        Map<String, String> readme = new TreeMap<>();
        for (String line : Files.readAllLines(Path.of("..", "README.md"))) {
            if (line.startsWith("| `" + Keys.PREFIX)) {
                addRow(line.replace("`", "").split("\\|"), readme);
            }
        }
        assertThat(Keys.all()).extracting(Key::name).containsExactlyInAnyOrderElementsOf(readme.keySet());
        assertThat(Keys.all())
                .filteredOn(key -> key.defaultValue() != null)
                .allSatisfy(
                        key -> assertThat(readme.get(key.name())).as(key.name()).isEqualTo(key.defaultValue()));
    }

    /** The first key of a row is whole, the others have its group. */
    private static void addRow(String[] cells, Map<String, String> readme) {
        String[] keys = cells[1].strip().split(", ");
        String[] defaults = cells[2].strip().split(", ");
        String first = keys[0].substring(Keys.PREFIX.length());
        String group = first.substring(0, Math.max(0, first.lastIndexOf('.')));
        for (int i = 0; i < keys.length; i++) {
            readme.put(i == 0 ? first : group + keys[i], defaults.length == keys.length ? defaults[i] : "");
        }
    }

    private static List<String> elements(String key) {
        return List.of(key.split("\\."));
    }
}
