package io.github.postgresxa.cli.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.postgresxa.InvalidConfigurationException;
import io.github.postgresxa.NodeSettings;
import io.github.postgresxa.RecoveryRole;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A file means here what it means to the application. */
class NodeConfigurationTests {

    private static final String URL = "jdbc:postgresql://east/bank";

    @TempDir
    private Path folder;

    private final Map<String, String> environment = new HashMap<>();
    private final Properties properties = new Properties();
    private List<String> profiles = List.of();
    private @Nullable String user;

    private Path file(String name, String... lines) throws Exception {
        return Files.write(folder.resolve(name), List.of(lines));
    }

    private NodeConfiguration.Settings settings(@Nullable Path file, Map<String, String> urls) {
        return NodeConfiguration.settings(
                new NodeChoice(urls, user, null, file, profiles, null, false),
                new Surroundings(properties, environment));
    }

    private List<NodeSettings> nodes(Path file) {
        return settings(file, Map.of()).nodes();
    }

    private NodeSettings node(Path file) {
        List<NodeSettings> nodes = nodes(file);
        assertThat(nodes).hasSize(1);
        return nodes.get(0);
    }

    private void refused(Path file, String... words) {
        assertThatThrownBy(() -> nodes(file))
                .isInstanceOf(ConfigException.class)
                .hasMessageContainingAll(words);
    }

    @Test
    void yamlInTheFormsThatPeopleWrite() throws Exception {
        for (Path file : List.of(
                file("a.yml", "postgres.xa:", "  nodes:", "    east: { url: '" + URL + "', username: bank }"),
                file(
                        "b.yaml",
                        "postgres:",
                        "  xa:",
                        "    nodes:",
                        "      east:",
                        "        url: " + URL,
                        "        user-name: bank"),
                file("c.yml", "postgres.xa.nodes.east.url: " + URL, "postgres.xa.nodes.east.USERNAME: bank"),
                file(
                        "d.yml",
                        "%YAML 1.1",
                        "---",
                        "postgres.xa.nodes:",
                        "  '[east]': {url: \"" + URL + "\", user_name: bank}"),
                file("e.properties", "postgres.xa.nodes.east.url=" + URL, "postgres.xa.nodes[east].userName: bank"))) {
            NodeSettings node = node(file);
            assertThat(node.name()).isEqualTo("east");
            assertThat(node.url()).isEqualTo(URL);
            assertThat(node.username()).isEqualTo("bank");
        }
    }

    @Test
    void everythingThatConcernsAConsoleIsUsed() throws Exception {
        NodeConfiguration.Settings settings = settings(
                file(
                        "a.yml",
                        "postgres.xa:",
                        "  decision: { schema: other, retention: 2h }",
                        "  nodes:",
                        "    west: { url: 'jdbc:postgresql://west/bank', username: w, password: 7 }",
                        "    east:",
                        "      url: " + URL,
                        "      pool: { maxSize: 33 }",
                        "      recovery-role: { username: rec, password: hush }"),
                Map.of());
        assertThat(settings.decision().schema()).isEqualTo("other");
        assertThat(settings.nodes()).extracting(NodeSettings::name).containsExactly("west", "east");
        assertThat(settings.nodes().get(0).password()).isEqualTo("7");
        NodeSettings east = settings.nodes().get(1);
        assertThat(east.pool().maxSize()).isEqualTo(33);
        assertThat(east.recoveryRole()).isEqualTo(new RecoveryRole("rec", "hush"));
    }

    @Test
    void placeholdersComeFromPropertiesEnvironmentFileAndDefaults() throws Exception {
        Path file = file(
                "a.yml",
                "db: { port: 5433 }",
                "postgres.xa.nodes.east:",
                "  url: jdbc:postgresql://${db.host:${OTHER:localhost}}:${db.port}/${name:bank}",
                "  username: ${DB_USER}",
                "  password: a\\${b}${db-password}");
        environment.put("DB_USER", "fromEnvironment");
        environment.put("DB_PASSWORD", "x");
        properties.setProperty("DB_USER", "fromProperties");
        NodeSettings node = node(file);
        assertThat(node.url()).isEqualTo("jdbc:postgresql://localhost:5433/bank");
        assertThat(node.username()).isEqualTo("fromProperties");
        assertThat(node.password()).isEqualTo("a${b}x");
        environment.put("OTHER", "db2");
        assertThat(node(file).url()).isEqualTo("jdbc:postgresql://db2:5433/bank");
        environment.remove("DB_PASSWORD");
        refused(file, "postgres.xa.nodes.east.password", "${db-password}", "environment variable DB_PASSWORD");
        user = "dba";
        assertThat(node(file).password())
                .as("the file's password belongs to its own role")
                .isNull();
    }

    @Test
    void aPlaceholderThatLeadsBackToItselfIsRefused() throws Exception {
        refused(file("a.yml", "a: ${b}", "b: ${a}", "postgres.xa.nodes.east.url: ${a}"), "leads back to itself");
    }

    @Test
    void theEnvironmentOverridesTheFileAndIsOverriddenByProperties() throws Exception {
        Path file = file("a.properties", "postgres.xa.nodes.east.url=" + URL, "postgres.xa.nodes.east.password=file");
        environment.put("POSTGRES_XA_NODES_EAST_PASSWORD", "environment");
        environment.put("POSTGRES_XA_NODES_EAST_RECOVERYROLE_USERNAME", "rec");
        assertThat(node(file).password()).isEqualTo("environment");
        assertThat(node(file).recoveryRole()).isEqualTo(new RecoveryRole("rec", null));
        properties.setProperty("postgres.xa.nodes.east.password", "property");
        assertThat(node(file).password()).isEqualTo("property");
    }

    @Test
    void documentsAndFilesOfAProfileCountIfItIsActive() throws Exception {
        Path file = file(
                "application.yml",
                "postgres.xa.nodes.east: { url: '" + URL + "', username: all }",
                "---",
                "spring.config.activate.on-profile: prod",
                "postgres.xa.nodes.east.username: prod",
                "---",
                "spring:",
                "  config:",
                "    activate:",
                "      on-profile: ['test', '!prod & stage']",
                "postgres.xa.nodes.east.username: test");
        assertThat(node(file).username()).isEqualTo("all");
        profiles = List.of("prod");
        assertThat(node(file).username()).isEqualTo("prod");
        profiles = List.of("stage");
        assertThat(node(file).username()).isEqualTo("test");
        file("application-stage.yml", "postgres.xa.nodes.east.username: beside");
        assertThat(node(file).username()).isEqualTo("beside");
        profiles = List.of();
        environment.put("SPRING_PROFILES_ACTIVE", "x, prod");
        assertThat(node(file).username()).isEqualTo("prod");
        Path parts = file(
                "b.properties",
                "spring.profiles.active=prod",
                "postgres.xa.nodes.east.url=" + URL,
                "#---",
                "spring.config.activate.on-profile=prod",
                "postgres.xa.nodes.east.username=prod");
        environment.clear();
        assertThat(node(parts).username()).isEqualTo("prod");
    }

    @Test
    void whatCannotBeReadIsSaidInASentence() throws Exception {
        refused(folder.resolve("missing.properties"), "There is no file", "missing.properties");
        refused(file("a.txt", "x"), ".properties", ".yml");
        refused(file("a.yml", "postgres.xa:", "  nodes: {", "x"), "a.yml is not valid YAML in line");
        refused(file("b.yml", "a: 1", "a: 2"), "duplicate key a");
        refused(file("c.yml", "a: !!java.net.URL [x]"), "not valid YAML");
        refused(file("d.properties", "a=\\u00zz"), "not a valid properties file");
        refused(file("e.yml", "spring.application.name: bank"), "names no node", "postgres.xa.nodes.<node>.url");
        refused(file("f.yml", "postgres-xa.nodes.east.url: x"), "'postgres-xa.nodes.east.url' does not count");
        refused(
                file("g.yml", "a: 1", "---", "spring.config.activate.on-profile: prod", "postgres.xa.nodes.e.url: x"),
                "prod",
                "--profile");
        refused(
                file("h.yml", "postgres.xa.nodes.east.user: x"),
                "no property 'postgres.xa.nodes.east.user'",
                "username");
        refused(file("i.yml", "postgres.xa.nodes.east.username: x"), "no address", "postgres.xa.nodes.east.url");
        Path many = file("j.yml", "postgres.xa.nodes.east: { url: '" + URL + "', pool: { max-size: many } }");
        assertThatThrownBy(() -> nodes(many))
                .isInstanceOf(InvalidConfigurationException.class)
                .hasMessageContaining("postgres.xa.nodes.east.pool.max-size is 'many'");
    }

    /** What the application alone reads may refer to what exists only there. */
    @Test
    void whatAConsoleDoesNotNeedIsNotRead() throws Exception {
        assertThat(node(file(
                                "a.yml",
                                "postgres.xa:",
                                "  decision.retention: ${ONLY_THERE}",
                                "  nodes.east: { url: '" + URL + "', pool: { idle-timeout: '${ONLY_THERE}' } }"))
                        .url())
                .isEqualTo(URL);
    }

    @Test
    void aVariableMayHaveUnderscoresForHyphens() throws Exception {
        Path file = file("a.properties", "postgres.xa.nodes.east.url=" + URL);
        environment.put("POSTGRES_XA_NODES_EAST_RECOVERY_ROLE_USERNAME", "rec");
        environment.put("POSTGRES_XA_NODES_EAST_POOL_MAX_SIZE", "33");
        assertThat(node(file).recoveryRole()).isEqualTo(new RecoveryRole("rec", null));
        assertThat(node(file).pool().maxSize()).isEqualTo(33);
    }

    @Test
    void anEmptyGroupAndTheNodesOfATestAreNoMistakes() throws Exception {
        assertThat(node(file(
                                "a.yml",
                                "postgres.xa:",
                                "  recovery:",
                                "  test.nodes: embedded",
                                "  nodes.east.url: " + URL))
                        .url())
                .isEqualTo(URL);
    }

    @Test
    void unknownNamesPassWhereTheApplicationLetsThemPass() throws Exception {
        assertThat(node(file(
                                "a.yml",
                                "postgres.xa:",
                                "  ignoreUnknownKeys: true",
                                "  nodes.east: { url: '" + URL + "', username: bank, zone: b }"))
                        .username())
                .isEqualTo("bank");
    }

    @Test
    void aPasswordInAnArgumentIsRefused() {
        assertThatThrownBy(() -> settings(null, Map.of("east", URL + "?ssl=true&password=hush")))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("PGPASSWORD")
                .hasMessageNotContaining("hush");
    }

    @Test
    void withoutAFileTheRoleAndThePasswordAreThoseOfPsql() {
        properties.setProperty("user.name", "system");
        Map<String, String> urls = Map.of("east", URL);
        assertThat(settings(null, urls).nodes().get(0).username()).isNull();
        environment.put("PGPASSWORD", "hush");
        assertThat(settings(null, urls).nodes().get(0).username()).isEqualTo("system");
        environment.put("PGUSER", "dba");
        assertThat(settings(null, urls).nodes().get(0).username()).isEqualTo("dba");
        assertThat(settings(null, urls).nodes().get(0).password()).isEqualTo("hush");
        user = "bank";
        environment.put("POSTGRES_XA_NODES_EAST_PASSWORD", "of this node");
        assertThat(settings(null, urls).nodes().get(0).password()).isEqualTo("of this node");
    }

    @Test
    void textInAnyEncodingIsRead() throws Exception {
        String line = "postgres.xa.nodes.east.url=" + URL + "\npostgres.xa.nodes.east.password=gr\u00fcn\n";
        for (var encoding : List.of(StandardCharsets.UTF_8, StandardCharsets.ISO_8859_1)) {
            Path file = Files.write(folder.resolve("x.properties"), line.getBytes(encoding));
            assertThat(node(file).password()).isEqualTo("gr\u00fcn");
        }
    }
}
