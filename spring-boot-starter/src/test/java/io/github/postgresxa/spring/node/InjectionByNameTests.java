package io.github.postgresxa.spring.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.postgresxa.spring.autoconfigure.PostgresXaAutoConfiguration;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.sql.DataSource;
import javax.tools.ToolProvider;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.ObjectFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.beans.factory.support.BeanDefinitionRegistry;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.AutoConfigurationPackages;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnSingleCandidate;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.JdbcClientAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.JdbcTemplateAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ApplicationContext;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Lazy;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

/** The name of an injection point wins against the primary node, whatever shape it has. */
@ExtendWith(OutputCaptureExtension.class)
class InjectionByNameTests {

    private final ApplicationContextRunner runner = new ApplicationContextRunner()
            .withConfiguration(AutoConfigurations.of(
                    PostgresXaAutoConfiguration.class,
                    DataSourceAutoConfiguration.class,
                    JdbcTemplateAutoConfiguration.class,
                    JdbcClientAutoConfiguration.class))
            .withPropertyValues(
                    "postgres.xa.nodes.east.url=jdbc:postgresql://localhost:1/east",
                    "postgres.xa.nodes.west.url=jdbc:postgresql://localhost:1/west",
                    "postgres.xa.nodes.data.url=jdbc:postgresql://localhost:1/data",
                    "postgres.xa.doctor.at-start=false");

    @Test
    void ofAConstructorParameter() {
        runner.withBean(Constructor.class).run(context -> assertNodes(context, context.getBean(Constructor.class).all));
    }

    static final class Constructor {
        final List<Object> all;

        Constructor(DataSource eastDataSource, DataSource westDataSource, DataSource dataDataSource) {
            this.all = List.of(eastDataSource, westDataSource, dataDataSource);
        }
    }

    @Test
    void ofARecordsComponent() {
        runner.withBean(Components.class).run(context -> {
            Components bean = context.getBean(Components.class);
            assertNodes(context, List.of(bean.eastDataSource, bean.westDataSource, bean.dataDataSource));
        });
    }

    record Components(DataSource eastDataSource, DataSource westDataSource, DataSource dataDataSource) {}

    @Test
    void ofAFactoryMethodsParameter() {
        runner.withUserConfiguration(FactoryMethod.class)
                .run(context -> assertNodes(context, context.getBean(Holder.class).all));
    }

    record Holder(List<Object> all) {}

    @Configuration(proxyBeanMethods = false)
    static class FactoryMethod {

        @Bean
        Holder holder(DataSource eastDataSource, DataSource westDataSource, DataSource dataDataSource) {
            return new Holder(List.of(eastDataSource, westDataSource, dataDataSource));
        }
    }

    @Test
    void ofAField() {
        runner.withBean(Fields.class).run(context -> {
            Fields bean = context.getBean(Fields.class);
            assertNodes(context, List.of(bean.eastDataSource, bean.westDataSource, bean.dataDataSource));
        });
    }

    static class Fields {

        @Autowired
        DataSource eastDataSource;

        @Autowired
        DataSource westDataSource;

        @Autowired
        DataSource dataDataSource;
    }

    @Test
    void ofASettersParameter() {
        runner.withBean(Setters.class).run(context -> {
            Setters bean = context.getBean(Setters.class);
            assertThat(bean.west).isSameAs(context.getBean("westDataSource"));
        });
    }

    static class Setters {
        DataSource west;

        @Autowired
        void set(DataSource westDataSource) {
            this.west = westDataSource;
        }
    }

    @Test
    void ofAProvider() {
        runner.withBean(Provider.class).run(context -> {
            ObjectProvider<DataSource> provider = context.getBean(Provider.class).westDataSource;
            assertThat(List.of(provider.getObject(), provider.getIfAvailable(), provider.getIfUnique()))
                    .containsOnly(context.getBean("westDataSource", DataSource.class));
        });
    }

    static class Provider {

        @Autowired
        ObjectProvider<DataSource> westDataSource;
    }

    @Test
    void ofAFactory() {
        runner.withBean(Factory.class)
                .run(context -> assertThat(
                                context.getBean(Factory.class).westDataSource.getObject())
                        .isSameAs(context.getBean("westDataSource")));
    }

    static class Factory {

        @Autowired
        ObjectFactory<DataSource> westDataSource;
    }

    @Test
    void ofAnOptional() {
        runner.withBean(AnOptional.class)
                .run(context -> assertThat(context.getBean(AnOptional.class).westDataSource)
                        .containsSame(context.getBean("westDataSource", DataSource.class)));
    }

    static class AnOptional {

        @Autowired
        Optional<DataSource> westDataSource;
    }

    @Test
    void ofALazyOne() {
        runner.withBean(ALazy.class)
                .run(context -> assertThat(context.getBean(ALazy.class).westDataSource)
                        .hasToString(context.getBean("westDataSource").toString())
                        .doesNotHaveToString(context.getBean("eastDataSource").toString()));
    }

    static class ALazy {

        @Lazy
        @Autowired
        DataSource westDataSource;
    }

    @Test
    void ofAChildContext() {
        try (ConfigurableApplicationContext child = new SpringApplicationBuilder(Nodes.class)
                .web(WebApplicationType.NONE)
                .properties(
                        "postgres.xa.nodes.east.url=jdbc:postgresql://localhost:1/east",
                        "postgres.xa.nodes.west.url=jdbc:postgresql://localhost:1/west",
                        "postgres.xa.nodes.data.url=jdbc:postgresql://localhost:1/data",
                        "postgres.xa.doctor.at-start=false",
                        "spring.main.banner-mode=off",
                        "logging.level.root=warn")
                .child(Fields.class)
                .web(WebApplicationType.NONE)
                .run()) {
            Fields bean = child.getBean(Fields.class);
            assertNodes(child, List.of(bean.eastDataSource, bean.westDataSource, bean.dataDataSource));
        }
    }

    @Configuration(proxyBeanMethods = false)
    @ImportAutoConfiguration(PostgresXaAutoConfiguration.class)
    static class Nodes {}

    @Nested
    class ThePrimaryNode {

        @Test
        void isInjectedUnderAnyOtherName() {
            runner.withBean(Unnamed.class).run(context -> {
                Unnamed bean = context.getBean(Unnamed.class);
                assertThat(bean.dataSource)
                        .isSameAs(bean.provider.getIfUnique())
                        .isSameAs(context.getBean(DataSource.class))
                        .isSameAs(context.getBean("eastDataSource"));
            });
        }

        @Test
        void yieldsToAQualifier() {
            runner.withBean(Qualified.class)
                    .run(context -> assertThat(context.getBean(Qualified.class).westDataSource)
                            .isSameAs(context.getBean("eastDataSource")));
        }

        @Test
        void staysInMapsAndLists() {
            runner.withBean(Many.class).run(context -> {
                assertThat(context.getBean(Many.class).westDataSource).hasSize(3);
                assertThat(context.getBean(Many.class).all).hasSize(3);
            });
        }

        @Test
        void isTheSingleCandidateOfAutoConfigurations() {
            runner.withUserConfiguration(OwnDataSource.class)
                    .withConfiguration(AutoConfigurations.of(LikeFlyway.class))
                    .run(context -> {
                        assertThat(context.getBean(LikeFlyway.class).dataSource)
                                .isSameAs(context.getBean("eastDataSource"));
                        assertThat(context.getBean(JdbcTemplate.class).getDataSource())
                                .isSameAs(context.getBean("eastDataSource"));
                    });
        }
    }

    static class Unnamed {

        @Autowired
        DataSource dataSource;

        @Autowired
        ObjectProvider<DataSource> provider;
    }

    static class Qualified {

        @Autowired
        @Qualifier("eastDataSource")
        DataSource westDataSource;
    }

    static class Many {

        @Autowired
        Map<String, DataSource> westDataSource;

        @Autowired
        List<DataSource> all;
    }

    @Configuration(proxyBeanMethods = false)
    static class OwnDataSource {

        @Bean
        DataSource reporting() {
            return new DriverManagerDataSource();
        }
    }

    @AutoConfiguration(after = PostgresXaAutoConfiguration.class)
    @ConditionalOnSingleCandidate(DataSource.class)
    static final class LikeFlyway {
        final @Nullable DataSource dataSource;

        LikeFlyway(ObjectProvider<DataSource> dataSource) {
            this.dataSource = dataSource.getIfUnique();
        }
    }

    @Nested
    class AWarning {

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "javax.sql.DataSource west",
                    "javax.sql.DataSource westDs",
                    "javax.sql.DataSource dataSourceWest",
                    "org.springframework.jdbc.core.simple.JdbcClient west",
                    "org.springframework.jdbc.core.simple.JdbcClient westClient",
                    "org.springframework.jdbc.core.JdbcTemplate westJdbcTemplate",
                    "org.springframework.jdbc.core.JdbcOperations west",
                    "org.springframework.jdbc.core.namedparam.NamedParameterJdbcTemplate westTemplate"
                })
        void namesAParameterThatMeansAnotherNodeAndGetsThePrimary(String parameter, CapturedOutput output) {
            run("Transfers(%s) {}".formatted(parameter), "-parameters");

            assertThat(output)
                    .contains(
                            "The parameter '%s' of the constructor of bank.Transfers"
                                    .formatted(parameter.substring(parameter.indexOf(' ') + 1)),
                            "primary node 'east'",
                            "speaks of node 'west'");
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "javax.sql.DataSource westDataSource",
                    "javax.sql.DataSource dataSource",
                    "javax.sql.DataSource eastDs",
                    "javax.sql.DataSource midwestDataSource",
                    "org.springframework.jdbc.core.simple.JdbcClient jdbcClient",
                    "org.springframework.jdbc.core.JdbcTemplate jdbcTemplate",
                    "java.util.List<javax.sql.DataSource> west"
                })
        void isNotGivenWhereThereIsNoDoubt(String parameter, CapturedOutput output) {
            run("Transfers(%s) {}".formatted(parameter), "-parameters");

            assertThat(output).doesNotContain("bank.Transfers");
        }

        @Test
        void namesAFieldAndAMethod(CapturedOutput output) {
            run("""
                    @org.springframework.beans.factory.annotation.Autowired
                    javax.sql.DataSource west;

                    @org.springframework.beans.factory.annotation.Autowired
                    void use(javax.sql.DataSource ofWest) {}
                    """, "-parameters");

            assertThat(output)
                    .contains("The field 'west' of bank.Transfers")
                    .contains("The parameter 'ofWest' of the method bank.Transfers.use");
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "javax.sql.DataSource eastDataSource, javax.sql.DataSource westDataSource",
                    "org.springframework.jdbc.core.simple.JdbcClient westJdbcClient"
                })
        void isGivenWhereTheCompilerLeftOutTheNames(String parameters, CapturedOutput output) {
            run("Transfers(%s) {}".formatted(parameters), "-g:none");

            assertThat(output)
                    .contains("The parameter 1 of the constructor of bank.Transfers gets the primary node 'east'")
                    .contains("-parameters");
        }

        @TempDir
        Path directory;

        /** Compiles a class of the application and starts it as a bean. */
        private void run(String members, String option) {
            runner.withInitializer(context -> AutoConfigurationPackages.register(
                            (BeanDefinitionRegistry) context.getBeanFactory(), "bank"))
                    .withBean("transfers", compiled(members, option))
                    .run(context -> assertThat(context).hasNotFailed());
        }

        private Class<?> compiled(String members, String option) {
            try {
                Path source = directory.resolve("Transfers.java");
                Files.writeString(source, "package bank; public class Transfers { %s }".formatted(members));
                int result = ToolProvider.getSystemJavaCompiler()
                        .run(
                                null,
                                null,
                                null,
                                option,
                                "-proc:none",
                                "-cp",
                                System.getProperty("java.class.path"),
                                "-d",
                                directory.toString(),
                                source.toString());
                assertThat(result).as("compiled").isZero();
                return Class.forName(
                        "bank.Transfers",
                        true,
                        new URLClassLoader(
                                new URL[] {directory.toUri().toURL()},
                                getClass().getClassLoader()));
            } catch (IOException | ClassNotFoundException e) {
                throw new AssertionError(e);
            }
        }
    }

    private static void assertNodes(ApplicationContext context, List<?> injected) {
        assertThat(injected.get(0)).isSameAs(context.getBean("eastDataSource"));
        assertThat(injected.get(1)).isSameAs(context.getBean("westDataSource"));
        assertThat(injected.get(2)).isSameAs(context.getBean("dataDataSource"));
    }
}
