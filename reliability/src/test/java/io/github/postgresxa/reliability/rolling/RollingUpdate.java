package io.github.postgresxa.reliability.rolling;

import static org.junit.jupiter.api.Assumptions.abort;

import io.github.postgresxa.decision.DecisionSchema;
import io.github.postgresxa.reliability.load.EarlierVersion;
import io.github.postgresxa.test.PostgresNode;
import io.github.postgresxa.test.PostgresNodes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Updates a running application from earlier versions of this library. {@code -Drolling.from} names them, with commas:
 * commits, or {@code schema-<n>} for the last commit with that version of the schema. What this checkout's history does
 * not have is skipped. By default: from each earlier version of the schema, and from the code of 20 commits ago. {@code
 * -Drolling.seed} repeats the choices of an earlier run.
 */
@PostgresNodes({"east", "north", "west"})
class RollingUpdate {

    static Stream<String> earlier() {
        String from = System.getProperty("rolling.from", "");
        return from.isEmpty()
                ? Stream.concat(
                        IntStream.range(1, DecisionSchema.VERSION).mapToObj(version -> "schema-" + version),
                        Stream.of("HEAD~20"))
                : Stream.of(from.split(","));
    }

    @ParameterizedTest
    @MethodSource("earlier")
    void bothVersionsWorkAndRecoverEachOthersBranches(
            String name, PostgresNode east, PostgresNode north, PostgresNode west) throws Exception {
        EarlierVersion earlier = EarlierVersion.find(name).orElseGet(() -> abort(name + " is not in this history"));
        long seed = Long.getLong("rolling.seed", new Random().nextLong());
        List<PostgresNode> nodes = List.of(east, north, west);
        nodes.forEach(RollingUpdate::startOver);
        try (RollingUpdateRun run = new RollingUpdateRun(seed, nodes, directory(earlier), earlier)) {
            run.run();
        }
    }

    /** Removes what the update from another version has left. */
    private static void startOver(PostgresNode node) {
        node.preparedTransactions().forEach(p -> node.execute("rollback prepared '%s'".formatted(p.gid())));
        node.execute("drop table if exists account, ledger", "drop schema if exists pgxa cascade");
    }

    private static Path directory(EarlierVersion earlier) throws IOException {
        return Files.createDirectories(
                Path.of("target", "rolling", earlier.commit()).toAbsolutePath());
    }
}
