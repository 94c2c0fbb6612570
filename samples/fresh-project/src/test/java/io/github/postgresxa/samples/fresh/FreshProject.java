package io.github.postgresxa.samples.fresh;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A new Maven project in an empty folder, built and run in processes of their own. */
final class FreshProject {

    private static final Path ROOT = Path.of("..", "..").toAbsolutePath().normalize();

    private static final Map<String, String> MODULES = Map.of(
            "postgres-xa-parent", ".",
            "postgres-xa-bom", "postgres-xa-bom",
            "postgres-xa-core", "postgres-xa-core",
            "postgres-xa-spring-boot-starter", "spring-boot-starter");

    private static final String CLASS_PATH = "org.apache.maven.plugins:maven-dependency-plugin:3.10.0:build-classpath";

    private static final Path JAVA = Path.of(System.getProperty("java.home"), "bin", "java");
    private static final String FAST_START = "-XX:TieredStopAtLevel=1";

    private final Path folder;

    FreshProject(Path folder, String... partsOfThePom) throws IOException {
        this.folder = folder;
        write("pom.xml", """
                <project xmlns="http://maven.apache.org/POM/4.0.0">
                  <modelVersion>4.0.0</modelVersion>
                  <groupId>org.example</groupId>
                  <artifactId>fresh</artifactId>
                  <version>1</version>
                  <properties>
                    <maven.compiler.release>17</maven.compiler.release>
                    <maven.compiler.parameters>true</maven.compiler.parameters>
                    <project.build.sourceEncoding>UTF-8</project.build.sourceEncoding>
                  </properties>
                %s
                </project>
                """.formatted(String.join("\n", partsOfThePom)));
    }

    void write(String file, String text) throws IOException {
        Path path = folder.resolve(file);
        Files.createDirectories(path.getParent());
        Files.writeString(path, text);
    }

    void build() throws Exception {
        Path maven = Path.of(property("fresh.maven"));
        // As the scripts "mvn" and "mvn.cmd" start it.
        List<String> command = new ArrayList<>(List.of(
                JAVA.toString(),
                FAST_START,
                "-cp",
                launcher(maven).toString(),
                "-Dclassworlds.conf=" + maven.resolve("bin").resolve("m2.conf"),
                "-Dmaven.home=" + maven,
                "-Dmaven.multiModuleProjectDirectory=" + folder,
                "org.codehaus.plexus.classworlds.launcher.Launcher",
                "-B",
                "-q",
                "-Dmaven.repo.local=" + repository(),
                "-Dmaven.repo.local.tail=" + String.join(",", repositoriesOfThisBuild()),
                "-Dmaven.repo.local.tail.ignoreAvailability=true",
                "compile",
                CLASS_PATH,
                "-Dmdep.outputFile=target/class-path"));
        if (property("fresh.offline").equals("offline=true")) {
            command.add("-o");
        }
        run(command, Map.of());
    }

    private static Path launcher(Path maven) throws IOException {
        try (Stream<Path> jars = Files.list(maven.resolve("boot"))) {
            return jars.filter(jar -> jar.getFileName().toString().matches("plexus-classworlds-.*\\.jar"))
                    .findFirst()
                    .orElseThrow(() -> new AssertionError("no launcher in " + maven));
        }
    }

    /** {@return what it prints} */
    String run(String main, Map<String, String> environment) throws Exception {
        return run(java(main), environment);
    }

    /** {@return what it prints until it fails} */
    String failure(String main, Map<String, String> environment) throws Exception {
        try {
            throw new IllegalStateException(main + " did not fail: " + run(java(main), environment));
        } catch (AssertionError failed) {
            return String.valueOf(failed.getMessage());
        }
    }

    private List<String> java(String main) throws IOException {
        String classPath = "target/classes" + File.pathSeparator
                + Files.readString(folder.resolve("target/class-path")).strip();
        return List.of(JAVA.toString(), FAST_START, "-cp", classPath, main);
    }

    private String run(List<String> command, Map<String, String> environment) throws Exception {
        Path output = folder.resolve("output.txt");
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile());
        builder.environment().keySet().removeIf(name -> name.matches("MAVEN_(PROJECT)?BASEDIR|SPRING_.*"));
        builder.environment().putAll(environment);
        Process process = builder.start();
        if (!process.waitFor(10, TimeUnit.MINUTES)) {
            process.destroyForcibly();
            throw new AssertionError(command + " takes longer than 10 minutes: " + Files.readString(output));
        }
        String printed = Files.readString(output);
        if (process.exitValue() != 0) {
            throw new AssertionError(command + " ended with " + process.exitValue() + ": " + printed);
        }
        return printed;
    }

    /** {@return a local repository with the artifacts of this build, as "mvnw install" leaves them} */
    private static Path repository() throws IOException {
        Path repository = Path.of("target", "repository").toAbsolutePath();
        String version = property("fresh.version");
        for (Map.Entry<String, String> module : MODULES.entrySet()) {
            String artifact = module.getKey();
            Path source = ROOT.resolve(module.getValue());
            Path target = repository.resolve(Path.of("io", "github", "postgresxa", artifact, version));
            Files.createDirectories(target);
            String name = artifact + "-" + version;
            Path flattened = source.resolve("target").resolve(".flattened-pom.xml");
            copy(artifact.endsWith("-bom") ? flattened : source.resolve("pom.xml"), target.resolve(name + ".pom"));
            if (!artifact.endsWith("-parent") && !artifact.endsWith("-bom")) {
                copy(source.resolve("target").resolve(name + ".jar"), target.resolve(name + ".jar"));
            }
        }
        return repository;
    }

    private static void copy(Path source, Path target) throws IOException {
        if (!Files.exists(source)) {
            throw new AssertionError(source + " is not built: run ./mvnw -pl samples/fresh-project -am verify");
        }
        Files.copy(source, target, StandardCopyOption.REPLACE_EXISTING);
    }

    private static List<String> repositoriesOfThisBuild() {
        List<String> repositories = new ArrayList<>(List.of(property("localRepository")));
        String tail = System.getProperty("maven.repo.local.tail");
        if (tail != null) {
            repositories.add(tail);
        }
        return repositories;
    }

    private static String property(String name) {
        String value = System.getProperty(name);
        if (value == null) {
            throw new AssertionError("no system property " + name + ": run this test with Maven");
        }
        return value;
    }
}
