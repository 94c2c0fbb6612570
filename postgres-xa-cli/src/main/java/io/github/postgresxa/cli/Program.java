package io.github.postgresxa.cli;

import io.github.postgresxa.decision.DecisionSchema;
import io.github.postgresxa.operations.Shell;
import java.util.Objects;
import picocli.CommandLine.IVersionProvider;

/** This program: how it was started, and its version. */
final class Program implements IVersionProvider {

    /** Set by the script that starts the jar. */
    private static final String STARTED_AS = "postgres.xa.program";

    /** {@return the words that start it once more} */
    static String words() {
        String script = System.getProperty(STARTED_AS, "");
        if (!script.isEmpty()) {
            return Shell.quoted(script);
        }
        String jar = System.getProperty("java.class.path", "");
        return "java -jar " + (jar.endsWith(".jar") && !jar.contains(":") ? Shell.quoted(jar) : "postgres-xa-cli.jar");
    }

    static String version() {
        return Objects.requireNonNullElse(Program.class.getPackage().getImplementationVersion(), "unknown");
    }

    @Override
    public String[] getVersion() {
        return new String[] {
            "postgres-xa " + version(),
            "schema of the decision log: version " + DecisionSchema.VERSION,
            "Java " + System.getProperty("java.version")
        };
    }
}
