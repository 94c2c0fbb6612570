package io.github.postgresxa.test.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ServerSettingsTests {

    @Test
    void theDefaultsAreDurable() {
        assertThat(ServerSettings.durableWith(List.of()).values())
                .containsEntry("fsync", "on")
                .containsEntry("synchronous_commit", "on")
                .containsEntry("full_page_writes", "on");
    }

    @Test
    void theCallerHasTheLastWord() {
        assertThat(ServerSettings.durableWith(List.of("fsync = off", "work_mem=1MB"))
                        .values())
                .containsEntry("fsync", "off")
                .containsEntry("work_mem", "1MB");
    }

    @Test
    void aValueMayHoldQuotesAndEqualSigns() {
        assertThat(new ServerSettings(Map.of()).and(Map.of("a", "b='c'")).asFile())
                .isEqualTo("a = 'b=''c'''%n".formatted());
    }

    @Test
    void whatIsNoSettingIsRefused() {
        assertThatThrownBy(() -> ServerSettings.durableWith(List.of("fsync")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("'fsync' is not a server setting: write name=value, such as max_connections=50");
    }
}
