package io.github.postgresxa.cli.output;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.postgresxa.document.Json;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class JsonTests {

    @Test
    void everyKindOfValueIsWritten() {
        assertThat(Json.write(Fields.of("a", 1, "b", null, "c", List.of(true, "x"), "d", Map.of(), "e", List.of())))
                .isEqualTo("""
                        {
                          "a": 1,
                          "b": null,
                          "c": [
                            true,
                            "x"
                          ],
                          "d": {},
                          "e": []
                        }""");
    }

    @Test
    void textIsAsciiWithoutControlCharacters() {
        assertThat(Json.write("\"\\\n\u001b\u00fc\ud83d\ude00"))
                .isEqualTo("\"\\\"\\\\\\u000a\\u001b\\u00fc\\ud83d\\ude00\"");
    }
}
