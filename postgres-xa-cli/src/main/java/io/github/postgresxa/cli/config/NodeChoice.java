package io.github.postgresxa.cli.config;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the options say about the nodes.
 *
 * @param urls URLs by name of the node
 * @param user the role for all nodes, or null
 * @param password a password that was typed in, or null
 * @param file the configuration file, or null
 * @param profiles the active profiles of the file; empty for those that the file or the environment names
 * @param schema the schema of the decision log, or null
 * @param observe whether to look only, whatever the file says
 */
public record NodeChoice(
        Map<String, String> urls,
        @Nullable String user,
        @Nullable String password,
        @Nullable Path file,
        List<String> profiles,
        @Nullable String schema,
        boolean observe) {

    /** {@return a text without the password} */
    @Override
    public String toString() {
        return "NodeChoice[urls=" + urls + ", user=" + user + ", file=" + file + "]";
    }
}
