package io.github.postgresxa.reliability.load;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * An earlier version of this library, built from the history of the checkout.
 *
 * @param name how the user calls it: a commit, or {@code schema-<n>}
 * @param commit the commit
 * @param classPath the class path of the load test's application of that commit
 */
public record EarlierVersion(String name, String commit, String classPath) {

    private static final int NOT_IN_HISTORY = 3;

    /**
     * {@return the version, built if it was not yet; empty if this checkout's history does not have it}
     *
     * @param name a commit, or {@code schema-<n>}: the last commit with that version of the schema
     * @throws IOException if it cannot be built
     * @throws InterruptedException if the thread is interrupted meanwhile
     */
    public static Optional<EarlierVersion> find(String name) throws IOException, InterruptedException {
        Path root = Path.of("..").toAbsolutePath().normalize();
        Path answer = Files.createTempFile("earlier", ".classpath");
        int exit = new ProcessBuilder(root.resolve(".ci/previous-version").toString(), name)
                .directory(root.toFile())
                .redirectOutput(answer.toFile())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start()
                .waitFor();
        String classPath = Files.readString(answer, StandardCharsets.UTF_8).strip();
        Files.delete(answer);
        if (exit == NOT_IN_HISTORY) {
            return Optional.empty();
        }
        if (exit != 0) {
            throw new IllegalStateException(".ci/previous-version %s ended with %d".formatted(name, exit));
        }
        Path application = Path.of(classPath.substring(0, classPath.indexOf(':')));
        return Optional.of(new EarlierVersion(
                name, String.valueOf(application.getName(application.getNameCount() - 2)), classPath));
    }
}
