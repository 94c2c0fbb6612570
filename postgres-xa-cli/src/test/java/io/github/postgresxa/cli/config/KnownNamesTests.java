package io.github.postgresxa.cli.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class KnownNamesTests {

    private static final String METADATA = "META-INF/spring-configuration-metadata.json";

    /** A new property of the starter must not be an error here. */
    @Test
    void theNamesAreThoseOfTheStarter() throws Exception {
        String metadata;
        try (InputStream in = getClass().getClassLoader().getResourceAsStream(METADATA)) {
            metadata = new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
        Set<String> starter = Pattern.compile("\"name\": \"postgres\\.xa\\.([a-z.-]+)\",\\s*\"type\": \"(?!io\\.)")
                .matcher(metadata)
                .results()
                .map(found -> found.group(1).replaceFirst("^nodes\\.(east|west)\\.", "nodes.*."))
                .collect(Collectors.toCollection(TreeSet::new));
        assertThat(starter).as(metadata).hasSizeGreaterThan(10);
        assertThat(KnownNames.ALL)
                .containsAll(starter.stream().filter(n -> !n.equals("nodes")).toList());
        Set<String> here = new TreeSet<>(KnownNames.ALL);
        here.removeAll(starter);
        assertThat(here)
                .as("enumerations, whose type is of this project")
                .isSubsetOf("transaction-manager", "decision.initialize-schema");
    }

    @ParameterizedTest
    @CsvSource({
        "postgres.xa.nodes.east.user, postgres.xa.nodes.east.username",
        "postgres.xa.nodes.east.user-nam, postgres.xa.nodes.east.username",
        "postgres.xa.nodes.east.jdbc-url, postgres.xa.nodes.east.url",
        "postgres.xa.nodes.east.pasword, postgres.xa.nodes.east.password",
        "postgres.xa.nodes.east.pool.maximum-pool-size, postgres.xa.nodes.east.pool.max-size",
        "postgres.xa.nodes.east.recovery.username, postgres.xa.nodes.east.recovery-role.username",
        "postgres.xa.nodes.east, postgres.xa.nodes.east.url",
        "postgres.xa.node.east.url, postgres.xa.nodes.<node>.url",
        "postgres.xa.decision.schemaname, postgres.xa.decision.schema",
        "postgres.xa.transactionmanagers, postgres.xa.transaction-manager"
    })
    void anUnknownNameHasANearestOne(String unknown, String nearest) {
        PropertyName name = PropertyName.of(unknown);
        assertThat(KnownNames.contains(name)).isFalse();
        assertThat(KnownNames.nearest(name)).isEqualTo(nearest);
    }

    @ParameterizedTest
    @CsvSource({
        "postgres.xa.nodes.east.recoveryRole.username",
        "postgres.xa.nodes.east.recovery_role.USERNAME",
        "Postgres.XA.nodes[east].pool.max-size",
        "postgres.xa.nodes.east.pool.maxSize",
        "postgres.xa.transaction_manager"
    })
    void relaxedNamesAreTheSame(String name) {
        assertThat(KnownNames.contains(PropertyName.of(name))).isTrue();
    }
}
