package io.github.postgresxa.cli.output;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TextTests {

    private static final String GID = "pgxa/1/36907eb0-f016-d23f-218a-c61723359ba8/a65779dd6d8aa5b1/bf1baae77c3ac6b7";

    private static List<String> table(int width) {
        Text text = new Text(width);
        text.table(
                List.of("NODE", "OWNER", "NAME"),
                List.of(List.of("east", "postgres-xa", GID), List.of("w", "x", "a\tb")));
        return text.lines();
    }

    @Test
    void theWidthIsThatOfTheTerminal() {
        assertThat(Text.width(Map.of())).isEqualTo(80);
        assertThat(Text.width(Map.of("COLUMNS", "132"))).isEqualTo(132);
        assertThat(Text.width(Map.of("COLUMNS", "5"))).isEqualTo(40);
        assertThat(Text.width(Map.of("COLUMNS", "wide"))).isEqualTo(80);
    }

    @Test
    void aTableThatIsTooWideHasItsLastColumnBelow() {
        assertThat(table(120))
                .containsExactly(
                        "NODE  OWNER        NAME", "east  postgres-xa  " + GID, "w     x            a\\u0009b");
        assertThat(table(80))
                .containsExactly("NODE  OWNER", "  NAME", "east  postgres-xa", "  " + GID, "w     x", "  a\\u0009b");
        assertThat(table(40)).contains("  " + GID);
    }
}
