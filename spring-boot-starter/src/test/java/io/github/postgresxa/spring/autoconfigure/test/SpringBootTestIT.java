package io.github.postgresxa.spring.autoconfigure.test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import io.github.postgresxa.PostgresXa;
import io.github.postgresxa.spring.application.Bank;
import io.github.postgresxa.spring.application.BankApplication;
import io.github.postgresxa.spring.autoconfigure.PostgresXaConnectionDetails;
import io.github.postgresxa.spring.autoconfigure.PostgresXaCustomizer;
import io.github.postgresxa.test.PostgresNode;
import io.github.postgresxa.test.PostgresNodes;
import io.github.postgresxa.test.fault.FaultProxy;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.testkit.engine.EngineExecutionResults;
import org.junit.platform.testkit.engine.EngineTestKit;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.context.ApplicationContextInitializer;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.MapPropertySource;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.test.annotation.DirtiesContext;
import org.springframework.test.annotation.DirtiesContext.ClassMode;
import org.springframework.test.context.ContextConfiguration;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import org.springframework.test.context.NestedTestConfiguration;
import org.springframework.test.context.NestedTestConfiguration.EnclosingConfiguration;
import org.springframework.test.context.TestPropertySource;
import org.springframework.test.context.junit.jupiter.SpringExtension;

/** What an application works with that a test with nodes starts. Each sample runs as a test class of its own. */
@ResourceLock("io.github.postgresxa.test.PostgresNodes")
class SpringBootTestIT {

    private static final String PRODUCTION = "spring.config.name=production";
    private static final String EAST_ELSEWHERE =
            "postgres.xa.nodes.east.url=jdbc:postgresql://east.elsewhere.invalid:5432/bank";

    private static final List<ConfigurableApplicationContext> CONTEXTS = new ArrayList<>();

    @BeforeEach
    void forget() {
        CONTEXTS.clear();
    }

    @ParameterizedTest
    @ValueSource(classes = {Configured.class, AtAnotherPlace.class, OneInstance.class, WithoutSpringBoot.class})
    void worksWithTheNodesOfTheTest(Class<?> sample) {
        assertThat(failures(run(sample))).isEmpty();
        assertThat(CONTEXTS)
                .isNotEmpty()
                .allSatisfy(context -> assertThat(context.isActive())
                        .as("closed when the class and its databases have ended")
                        .isFalse());
    }

    @Test
    void proxiesBeforeTheNodesAreUsed() {
        assertThat(failures(run(BehindAProxy.class))).isEmpty();
    }

    @Test
    void nestedClassesShareTheContextUnlessTheyConfigureTheirOwn() {
        assertThat(failures(run(WithNestedClasses.class))).isEmpty();
        assertThat(CONTEXTS.stream().distinct()).hasSize(2);
        assertThat(CONTEXTS).noneMatch(ConfigurableApplicationContext::isActive);
    }

    @Test
    void classesThatInheritTheirNodesHaveContextsOfTheirOwn() {
        assertThat(failures(run(FirstHeir.class, SecondHeir.class))).isEmpty();
        assertThat(CONTEXTS.stream().distinct()).hasSize(2);
    }

    @Test
    void aDirtyContextIsReplacedByOneOverTheSameNodes() {
        assertThat(failures(run(Dirty.class))).isEmpty();
        assertThat(CONTEXTS.stream().distinct()).hasSize(2);
    }

    @Test
    void otherNamesThanTheConfiguredOnesAreRefused() {
        assertThat(failures(run(OnlyEast.class)))
                .singleElement()
                .asString()
                .contains("has the nodes [east]", "configures [east, west]");
    }

    @Test
    void aNodeThatACustomizerAddsIsRefused() {
        assertThat(failures(run(Added.class))).singleElement().asString().contains("node 'north'", "[east, west]");
    }

    @Test
    void aMigrationOfAnotherServerIsRefused() {
        assertThat(failures(run(Migrated.class))).singleElement().asString().contains("spring.flyway.url");
    }

    @Test
    void anApplicationThatTheTestStartsByHandIsRefusedTheConfiguredServers() {
        assertThat(failures(run(ByHand.class))).isEmpty();
    }

    private static EngineExecutionResults run(Class<?>... samples) {
        return EngineTestKit.engine("junit-jupiter")
                .selectors(List.of(samples).stream()
                        .map(sample -> selectClass(sample))
                        .toArray(org.junit.platform.engine.DiscoverySelector[]::new))
                .execute();
    }

    private static List<String> failures(EngineExecutionResults results) {
        assertThat(results.testEvents().started().count()
                        + results.containerEvents().failed().count())
                .as("tests that ran")
                .isPositive();
        return results.allEvents().finished().stream()
                .map(event -> event.getRequiredPayload(TestExecutionResult.class))
                .flatMap(result -> result.getThrowable().stream())
                .map(SpringBootTestIT::root)
                .map(String::valueOf)
                .toList();
    }

    private static Throwable root(Throwable failure) {
        Throwable cause = failure.getCause();
        return cause == null || cause == failure ? failure : root(cause);
    }

    /** Moves money, and looks for it on the test's own nodes. */
    abstract static class Sample {

        @Autowired
        ConfigurableApplicationContext context;

        @Test
        void moneyMoves(PostgresNode east, PostgresNode west) {
            CONTEXTS.add(context);
            BankApplication.prepare(east, west);
            context.getBean(Bank.class).transfer(10);

            assertThat(BankApplication.balance(east)).isEqualTo(90);
            assertThat(BankApplication.balance(west)).isEqualTo(110);
            assertThat(context.getBean(PostgresXa.class).nodeNames()).containsExactlyInAnyOrder("east", "west");
        }
    }

    /** In a file, in properties of the test, in sources before all others, and in a dynamic one. */
    @PostgresNodes({"east", "west"})
    @SpringBootTest(
            classes = BankApplication.class,
            properties = {PRODUCTION, EAST_ELSEWHERE})
    @TestPropertySource(properties = "postgres.xa.nodes.west.URL=jdbc:postgresql://elsewhere.invalid/bank")
    @ContextConfiguration(initializers = First.class)
    static class Configured extends Sample {

        @DynamicPropertySource
        static void elsewhere(DynamicPropertyRegistry registry) {
            registry.add("postgres.xa.nodes.east.url", () -> "jdbc:postgresql://east.elsewhere.invalid/bank");
            registry.add(
                    "postgres.xa.nodes.west.url", () -> PostgresNode.of("west").jdbcUrl());
        }

        @Value("${postgres.xa.nodes.east.url}")
        String url;

        @Test
        void otherBeansReadTheAddressOfTheTestToo(PostgresNode east) {
            assertThat(url).isEqualTo(east.jdbcUrl());
        }
    }

    /** As JNDI, a vault or a configuration server do it. */
    static final class First implements ApplicationContextInitializer<ConfigurableApplicationContext> {

        @Override
        public void initialize(ConfigurableApplicationContext context) {
            Map<String, Object> properties = Map.of(
                    "postgres.xa.nodes.east.url", "jdbc:postgresql://east.elsewhere.invalid/bank",
                    "postgres.xa.nodes[west].url", "jdbc:postgresql://west.elsewhere.invalid/bank");
            context.getEnvironment().getPropertySources().addFirst(new MapPropertySource("first", properties));
        }
    }

    @PostgresNodes({"east", "west"})
    @SpringBootTest(
            classes = {BankApplication.class, Platform.class},
            properties = PRODUCTION)
    static class AtAnotherPlace extends Sample {}

    @Configuration(proxyBeanMethods = false)
    static class Platform {

        @Bean
        PostgresXaConnectionDetails platform() {
            return name -> new PostgresXaConnectionDetails.Node(
                    "jdbc:postgresql://%s.platform.invalid/bank".formatted(name), "bank", "hunter2");
        }
    }

    @SpringBootTest(classes = BankApplication.class, properties = PRODUCTION)
    @TestInstance(Lifecycle.PER_CLASS)
    @PostgresNodes(
            value = {"east", "west"},
            settings = "max_prepared_transactions=17")
    static class OneInstance extends Sample {

        @Test
        void theServersHaveThem(@Autowired JdbcClient eastJdbcClient) {
            assertThat(eastJdbcClient
                            .sql("show max_prepared_transactions")
                            .query(String.class)
                            .single())
                    .isEqualTo("17");
        }
    }

    /** No SpringApplication reads a file here. */
    @PostgresNodes({"east", "west"})
    @org.junit.jupiter.api.extension.ExtendWith(SpringExtension.class)
    @ContextConfiguration(classes = BankApplication.class)
    @TestPropertySource("classpath:elsewhere.properties")
    static class WithoutSpringBoot extends Sample {}

    /** The application itself configures no node. */
    @PostgresNodes({"east", "west"})
    @SpringBootTest(classes = BankApplication.class, properties = "postgres.xa.nodes.west.pool.max-size=3")
    static class BehindAProxy extends Sample {

        private static final Deque<FaultProxy> PROXIES = new ArrayDeque<>();

        @DynamicPropertySource
        static void proxy(DynamicPropertyRegistry registry) {
            PROXIES.push(FaultProxy.before(PostgresNode.of("east")));
            registry.add("postgres.xa.nodes.east.url", () -> PROXIES.element().jdbcUrl());
        }

        @AfterAll
        static void close() {
            try (FaultProxy proxy = PROXIES.pop()) {
                assertThat(proxy.roundTrips()).isPositive();
            }
        }
    }

    @PostgresNodes({"east", "west"})
    @SpringBootTest(classes = BankApplication.class, properties = PRODUCTION)
    static class WithNestedClasses extends Sample {

        @Nested
        class Inner extends Sample {}

        @Nested
        @NestedTestConfiguration(EnclosingConfiguration.OVERRIDE)
        @SpringBootTest(
                classes = BankApplication.class,
                properties = {PRODUCTION, "postgres.xa.name=other"})
        class InnerWithAContextOfItsOwn extends Sample {}
    }

    @PostgresNodes({"east", "west"})
    @SpringBootTest(classes = BankApplication.class, properties = PRODUCTION)
    abstract static class Legator extends Sample {}

    static class FirstHeir extends Legator {}

    static class SecondHeir extends Legator {}

    @PostgresNodes({"east", "west"})
    @SpringBootTest(classes = BankApplication.class, properties = PRODUCTION)
    @DirtiesContext(classMode = ClassMode.AFTER_EACH_TEST_METHOD)
    static class Dirty extends Sample {

        @Test
        void moneyMovesAgain(PostgresNode east, PostgresNode west) {
            moneyMoves(east, west);
        }
    }

    @PostgresNodes("east")
    @SpringBootTest(classes = BankApplication.class, properties = PRODUCTION)
    static class OnlyEast extends Sample {}

    @PostgresNodes({"east", "west"})
    @SpringBootTest(
            classes = {BankApplication.class, North.class},
            properties = PRODUCTION)
    static class Added extends Sample {}

    @Configuration(proxyBeanMethods = false)
    static class North {

        @Bean
        PostgresXaCustomizer north() {
            return builder -> builder.node("north", "jdbc:postgresql://north.production.invalid/bank", "bank", null);
        }
    }

    @PostgresNodes({"east", "west"})
    @SpringBootTest(classes = BankApplication.class, properties = PRODUCTION)
    @ContextConfiguration(initializers = Flyway.class)
    static class Migrated extends Sample {}

    static final class Flyway implements ApplicationContextInitializer<ConfigurableApplicationContext> {

        @Override
        public void initialize(ConfigurableApplicationContext context) {
            context.getEnvironment()
                    .getPropertySources()
                    .addLast(new MapPropertySource(
                            "file", Map.of("spring.flyway.url", "jdbc:postgresql://east.production.invalid/bank")));
        }
    }

    @PostgresNodes({"east", "west"})
    static class ByHand {

        @Test
        void asConfiguredItIsRefused() {
            assertThat(root(catchThrowable(() -> start(PRODUCTION))))
                    .hasMessageContaining("node 'east'")
                    .hasMessageContaining("[east, west]")
                    .hasMessageContaining("Nothing was connected");
        }

        @Test
        void withTheAddressesOfTheTestItStarts(PostgresNode east, PostgresNode west) {
            assertThatCode(() -> BankApplication.on(east, west).start().close()).doesNotThrowAnyException();
        }

        @Test
        void asAnotherTestConfiguresItItIsItsOwnAffair() {
            assertThat(failures(run(WithoutNodes.class))).isEmpty();
        }

        @Test
        void withAnAddressThatTheTestWritesItStarts(PostgresNode east) {
            assertThatCode(() -> BankApplication.on(east)
                            .with("postgres.xa.nodes.west.url=jdbc:postgresql://localhost:1/west")
                            .start()
                            .close())
                    .doesNotThrowAnyException();
        }

        private static void start(String... properties) {
            String[] arguments = List.of(properties).stream()
                    .map(property -> "--" + property)
                    .toArray(String[]::new);
            new SpringApplicationBuilder(BankApplication.class).run(arguments).close();
        }
    }

    /** Runs in parallel to a class with nodes. */
    @SpringBootTest(classes = BankApplication.class, properties = PRODUCTION)
    static class WithoutNodes {

        @Test
        void starts() {}
    }
}
