package io.github.postgresxa.cli;

import io.github.postgresxa.test.PostgresNode;
import java.nio.file.Path;
import java.util.List;

/** How tests run the jar: in a process of its own, which lives for a moment. */
final class Jar {

    static final Path PATH = Path.of("target", "postgres-xa-cli.jar");

    /** A JVM that starts with little work, because tests start very many. */
    static final List<String> COMMAND = List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:TieredStopAtLevel=1",
            "-XX:+UseSerialGC",
            "-jar",
            PATH.toString());

    /** On a busy machine a login can take seconds, and no test of the jar is about that. */
    private static final String PATIENT = "?connectTimeout=60&loginTimeout=60";

    private Jar() {}

    /** {@return the URL of a node, with time for its logins} */
    static String url(PostgresNode node) {
        return patient(node.jdbcUrl());
    }

    static String patient(String url) {
        return url + PATIENT;
    }
}
