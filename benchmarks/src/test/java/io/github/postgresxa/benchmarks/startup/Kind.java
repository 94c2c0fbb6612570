package io.github.postgresxa.benchmarks.startup;

import io.github.postgresxa.test.PostgresNode;
import java.io.File;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;

/**
 * The applications that are compared. Each has only its part of the class path, as if its own build had assembled it.
 */
enum Kind {
    EMPTY("an empty web application (`spring-boot-starter-webmvc`)", "", false),
    HIKARI(
            "with `spring-boot-starter-jdbc` and one `DataSource`, as Boot makes it: nothing is connected",
            Kind.JDBC + "|HikariCP",
            false),
    HIKARI_CONNECTED("the same, and it takes a connection at its start", Kind.JDBC + "|HikariCP", true),
    POSTGRES_XA(
            "with `postgres-xa-spring-boot-starter` and two nodes",
            Kind.JDBC + "|agroal-|transactions-|atomikos-util|jakarta.transaction-api",
            false);

    private static final String WEB =
            "jspecify|slf4j-api|jakarta.annotation-api|logback-|log4j-|jul-to-slf4j|snakeyaml|spring-boot-\\d|"
                    + "spring-boot-autoconfigure"
                    + "|spring-boot-starter|spring-boot-(jackson|web-server|tomcat|http-converter|webmvc|"
                    + "servlet)-|jackson-|tomcat-embed-"
                    + "|spring-(beans|context|aop|expression|core|web|webmvc)-|micrometer-(observation|commons)|"
                    + "commons-logging";
    private static final String JDBC =
            "postgresql-|spring-boot-(jdbc|sql|transaction|persistence)-|spring-jdbc|spring-tx";

    private final String text;
    private final String more;
    private final boolean connects;

    Kind(String text, String more, boolean connects) {
        this.text = text;
        this.more = more;
        this.connects = connects;
    }

    String text() {
        return text;
    }

    String classPath() {
        Pattern jars = Pattern.compile("(" + WEB + (more.isEmpty() ? "" : "|" + more) + ").*\\.jar");
        return String.join(
                File.pathSeparator,
                Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
                        .filter(entry -> belongs(entry, jars))
                        .toList());
    }

    private boolean belongs(String entry, Pattern jars) {
        String name = String.valueOf(Path.of(entry).getFileName());
        boolean ours =
                entry.contains("postgres-xa-core") || entry.contains("spring-boot-starter" + File.separator + "target");
        if (ours || name.startsWith("postgres-xa-")) {
            return this == POSTGRES_XA && !entry.contains("postgres-xa-test");
        }
        return name.equals("test-classes") || jars.matcher(name).matches();
    }

    List<String> arguments(PostgresNode east, PostgresNode west) {
        List<String> arguments = new ArrayList<>(List.of("--server.port=0", "--spring.main.banner-mode=off"));
        if (this == POSTGRES_XA) {
            for (PostgresNode node : List.of(east, west)) {
                String prefix = "--postgres.xa.nodes." + node.name();
                arguments.add(prefix + ".url=" + node.jdbcUrl());
                arguments.add(prefix + ".username=" + node.username());
                arguments.add(prefix + ".password=" + node.password());
            }
        } else if (this != EMPTY) {
            arguments.add("--spring.datasource.url=" + east.jdbcUrl());
            arguments.add("--spring.datasource.username=" + east.username());
            arguments.add("--spring.datasource.password=" + east.password());
        }
        if (connects) {
            arguments.add("--connect=true");
        }
        return arguments;
    }
}
