package io.github.postgresxa.decision;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.postgresxa.DecisionSettings;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class SchemaScriptsTests {

    @Test
    void theNewestVersionIsTheNumberOfTheLastScript() {
        assertThat(SchemaScripts.names(0)).hasSize(DecisionSchema.VERSION).startsWith("v1.sql", "v2.sql");
        assertThat(getClass().getResource("/io/github/postgresxa/schema/v%d.sql".formatted(DecisionSchema.VERSION + 1)))
                .isNull();
    }

    @Test
    void everyScriptSetsItsVersionAtItsEndAndNeverLowersOne() {
        for (int version = 2; version <= DecisionSchema.VERSION; version++) {
            assertThat(SchemaScripts.script(version, "pgxa"))
                    .endsWith("update pgxa.node set version = %1$d where version < %1$d".formatted(version));
        }
    }

    /** An instance of an older release works beside this one: whatever it knows stays, with the same meaning. */
    @Test
    void noScriptTakesAnythingAway() {
        assertThat(SchemaScripts.all("pgxa")
                        .replaceAll("--[^\n]*", "")
                        .replace("after delete on", "")
                        // A default changes no meaning: older releases do not write the column.
                        .replace("alter column decided_at set default", ""))
                .doesNotContainIgnoringCase("drop ", "delete ", "truncate ", "rename ", "alter column ");
    }

    @Test
    void anotherNameOfTheSchemaIsUsedThroughout() {
        assertThat(new DecisionSchema(new DecisionSettings("decisions", false, Duration.ZERO, false)).text())
                .contains("create schema if not exists decisions", "alter table decisions.node")
                .doesNotContain("pgxa");
    }
}
