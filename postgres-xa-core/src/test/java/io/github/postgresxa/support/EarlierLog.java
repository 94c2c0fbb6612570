package io.github.postgresxa.support;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The log directory of an earlier release: the embedded Atomikos keeps its decisions there, and none on a node. */
public final class EarlierLog {

    private static final String PROPERTY = "com.atomikos.icatch.log_base_dir";

    private EarlierLog() {}

    /** Lets Atomikos start there until {@link #reset}. */
    public static void in(Path directory) {
        System.setProperty(PROPERTY, directory.toString());
        try {
            Files.writeString(directory.resolve("manager-name"), "of-an-earlier-release");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public static void reset() {
        System.clearProperty(PROPERTY);
    }
}
