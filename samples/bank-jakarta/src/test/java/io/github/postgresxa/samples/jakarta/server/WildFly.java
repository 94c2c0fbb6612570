package io.github.postgresxa.samples.jakarta.server;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** WildFly with {@code standalone-full.xml}, configured by {@code bank.cli}. Deploys through its scanner of files. */
final class WildFly extends Server {

    /** As {@code bin/standalone.sh} has them, and before them what saves processor time in a short life. */
    private static final List<String> OPTIONS = List.of(
            "-XX:TieredStopAtLevel=1",
            "-XX:+UseSerialGC",
            "-Xms64m",
            "-Xmx512m",
            "-XX:MetaspaceSize=96M",
            "-Djava.net.preferIPv4Stack=true",
            "-Djboss.modules.system.pkgs=org.jboss.byteman",
            "-Djava.awt.headless=true",
            "--add-exports=java.desktop/sun.awt=ALL-UNNAMED",
            "--add-exports=java.naming/com.sun.jndi.ldap=ALL-UNNAMED",
            "--add-exports=java.naming/com.sun.jndi.url.ldap=ALL-UNNAMED",
            "--add-exports=java.naming/com.sun.jndi.url.ldaps=ALL-UNNAMED",
            "--add-exports=jdk.naming.dns/com.sun.jndi.dns=ALL-UNNAMED",
            "--add-opens=java.base/java.lang=ALL-UNNAMED",
            "--add-opens=java.base/java.lang.invoke=ALL-UNNAMED",
            "--add-opens=java.base/java.lang.reflect=ALL-UNNAMED",
            "--add-opens=java.base/java.io=ALL-UNNAMED",
            "--add-opens=java.base/java.net=ALL-UNNAMED",
            "--add-opens=java.base/java.security=ALL-UNNAMED",
            "--add-opens=java.base/java.util=ALL-UNNAMED",
            "--add-opens=java.base/java.util.concurrent=ALL-UNNAMED",
            "--add-opens=java.management/javax.management=ALL-UNNAMED",
            "--add-opens=java.naming/javax.naming=ALL-UNNAMED",
            "-Djava.security.manager=allow");

    private static final String CONFIGURATION = "bank.xml";
    private static final Pattern SHARED = Pattern.compile("^(postgres|agroal)");

    private final int offset = Ports.offset(8080, 8443, 8009, 9990, 9993, 3528, 3529, 4712, 4713);
    private final Path deployments;

    WildFly(Path home) {
        super(home);
        this.deployments = home.resolve("standalone/deployments");
        try {
            shareLibraries();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        configure();
    }

    /** Once for each copy of the server, and again when a script has changed. */
    private void configure() {
        try {
            Path configuration = home().resolve("standalone/configuration");
            Path done = configuration.resolve(CONFIGURATION + ".done");
            String wanted =
                    script("src/main/wildfly/bank.cli", "src/main/wildfly/jndi.cli", "src/test/wildfly/tests.cli");
            if (Files.exists(done) && Files.readString(done).equals(wanted)) {
                return;
            }
            Files.copy(
                    configuration.resolve("standalone-full.xml"),
                    configuration.resolve(CONFIGURATION),
                    StandardCopyOption.REPLACE_EXISTING);
            Path script = Files.writeString(configuration.resolve("bank.cli"), wanted);
            List<String> command = new ArrayList<>(modules("-Xmx256m"));
            command.addAll(List.of("org.jboss.as.cli", "--file=" + script));
            run(command);
            Files.writeString(done, wanted);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Several scripts as one: each of them begins and ends a server inside of the command line. */
    private static String script(String... files) throws IOException {
        StringBuilder commands = new StringBuilder("embed-server --server-config=" + CONFIGURATION + "\n");
        for (String file : files) {
            Files.readAllLines(Path.of(file)).stream()
                    .filter(line -> !line.contains("embed"))
                    .forEach(line -> commands.append(line).append('\n'));
        }
        return commands.append("stop-embedded-server\n").toString();
    }

    /** The libraries of the WAR, as a module of the server. */
    private void shareLibraries() throws IOException {
        Path module = Files.createDirectories(home().resolve("modules/io/github/postgresxa/main"));
        Path war = Path.of(System.getProperty("bank.war"));
        StringBuilder roots = new StringBuilder();
        try (FileSystem files = FileSystems.newFileSystem(war);
                Stream<Path> jars = Files.list(files.getPath("WEB-INF/lib"))) {
            for (Path jar : jars.filter(
                            jar -> SHARED.matcher(jar.getFileName().toString()).find())
                    .toList()) {
                String file = jar.getFileName().toString();
                Files.copy(jar, module.resolve(file), StandardCopyOption.REPLACE_EXISTING);
                roots.append("    <resource-root path=\"").append(file).append("\"/>\n");
            }
        }
        String descriptor = Files.readString(Path.of("src/main/wildfly/module.xml"));
        Files.writeString(
                module.resolve("module.xml"),
                descriptor.replaceAll("(?s)<resources>.*</resources>", "<resources>\n" + roots + "  </resources>"));
    }

    @Override
    public void useSharedLibraries(War war) {
        war.withoutLibraries()
                .file("META-INF/MANIFEST.MF", "Manifest-Version: 1.0\nDependencies: io.github.postgresxa services\n");
    }

    private List<String> modules(String... options) {
        List<String> command = new ArrayList<>(List.of(java("java")));
        command.addAll(OPTIONS);
        command.addAll(List.of(options));
        command.addAll(List.of("-Djboss.home.dir=" + home(), "-jar", "jboss-modules.jar", "-mp", "modules"));
        return command;
    }

    @Override
    protected List<String> command() {
        List<String> command = new ArrayList<>(modules(
                "-D[Standalone]",
                "-Dorg.jboss.boot.log.file=" + home().resolve("standalone/log/server.log"),
                "-Dlogging.configuration="
                        + home().resolve("standalone/configuration/logging.properties")
                                .toUri()));
        command.addAll(List.of(
                "org.jboss.as.standalone",
                "-Djboss.home.dir=" + home(),
                "-Djboss.server.base.dir=" + home().resolve("standalone"),
                "-c",
                CONFIGURATION,
                "-b=127.0.0.1",
                "-bmanagement=127.0.0.1",
                "-bunsecure=127.0.0.1",
                "-Djboss.socket.binding.port-offset=" + offset));
        return command;
    }

    @Override
    protected boolean saysStarted(String output) {
        return output.contains("WFLYSRV0025") || output.contains("WFLYSRV0026");
    }

    @Override
    public Optional<String> lacks(Feature feature) {
        return feature == Feature.HEALTH
                ? Optional.of("WildFly's health subsystem does not find the checks, which are beans of an extension")
                : Optional.empty();
    }

    @Override
    public Broker broker() {
        return new Broker(
                "java:/JmsXA",
                "java:/jms/queue/bank",
                "jboss.as:subsystem=messaging-activemq,server=default",
                "listPreparedTransactions");
    }

    /** The units of the tests that create their own factories are not the server's. */
    @Override
    public String persistenceProperties() {
        return "<property name=\"hibernate.transaction.jta.platform\""
                + " value=\"org.hibernate.engine.transaction.jta.platform.internal.JBossAppServerJtaPlatform\"/>";
    }

    @Override
    public String jndiName(String node) {
        return "java:/postgres-xa/" + node;
    }

    @Override
    public URI http() {
        return URI.create("http://127.0.0.1:%d/".formatted(8080 + offset));
    }

    @Override
    public URI health() {
        return URI.create("http://127.0.0.1:%d/health/ready".formatted(9990 + offset));
    }

    private Path marker(String name, String kind) {
        return deployments.resolve(name + ".war." + kind);
    }

    @Override
    protected void copy(War war) throws IOException {
        Files.deleteIfExists(marker(war.name(), "deployed"));
        Files.deleteIfExists(marker(war.name(), "failed"));
        Files.copy(war.file(), deployments.resolve(war.name() + ".war"), StandardCopyOption.REPLACE_EXISTING);
        Files.deleteIfExists(marker(war.name(), "undeployed"));
        Files.writeString(marker(war.name(), "dodeploy"), "");
    }

    @Override
    protected boolean isDeployed(String name) throws DeploymentRefusedException {
        try {
            if (Files.exists(marker(name, "failed"))) {
                throw new DeploymentRefusedException(Files.readString(marker(name, "failed")));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return Files.exists(marker(name, "deployed"));
    }

    /**
     * The scanner undeploys what loses its marker; when it starts, it deploys each file that has none. What has failed
     * stays registered, so it is not waited for.
     */
    @Override
    protected void remove(String name) throws IOException {
        if (Files.deleteIfExists(marker(name, "failed")) || !isRunning()) {
            Files.deleteIfExists(deployments.resolve(name + ".war"));
        }
        Files.deleteIfExists(marker(name, "deployed"));
    }

    @Override
    protected boolean isRemoved(String name) {
        return Files.exists(marker(name, "undeployed")) || Files.notExists(deployments.resolve(name + ".war"));
    }
}
