package io.github.postgresxa.samples.fresh;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.postgresxa.test.PostgresNode;
import io.github.postgresxa.test.PostgresNodes;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A fresh project with nothing but what the README says, without Spring and with Spring Boot: it builds and runs. Only
 * the addresses are replaced.
 */
@PostgresNodes({"east", "west"})
class FreshProjectIT {

    private static final Map<String, String> PASSWORDS = Map.of("EAST_PASSWORD", "secret", "WEST_PASSWORD", "secret");

    private final PostgresNode east;
    private final PostgresNode west;

    @TempDir
    private Path folder;

    private Readme readme;

    FreshProjectIT(PostgresNode east, PostgresNode west) throws Exception {
        this.east = east;
        this.west = west;
        this.readme = new Readme(Path.of("..", "..", "README.md"));
    }

    @BeforeEach
    void tables() throws Exception {
        for (PostgresNode node : new PostgresNode[] {east, west}) {
            node.execute(
                    "drop schema if exists pgxa cascade",
                    "drop table if exists account",
                    "do $$ begin if to_regrole('bank') is null then create role bank login; end if; end $$",
                    "grant create on database \"%s\" to bank".formatted(node.database()),
                    "grant create on schema public to bank");
            try (Connection bank = DriverManager.getConnection(node.jdbcUrl(), "bank", "secret");
                    Statement statement = bank.createStatement()) {
                statement.execute(readme.block("sql", "create table account"));
            }
        }
    }

    /** {@return the text with the addresses of this test's nodes} */
    private String addressed(String text) {
        String addressed = text.replace("jdbc:postgresql://east:5432/bank", east.jdbcUrl())
                .replace("jdbc:postgresql://west:5432/bank", west.jdbcUrl());
        assertThat(addressed).contains(east.jdbcUrl(), west.jdbcUrl());
        return addressed;
    }

    private void isTransferred() {
        assertThat(east.queryForLong("select balance from account where id = 1"))
                .isEqualTo(975);
        assertThat(west.queryForLong("select balance from account where id = 7"))
                .isEqualTo(1025);
        String decisions = "select count(*) from pgxa.decision";
        assertThat(east.queryForLong(decisions) + west.queryForLong(decisions))
                .as("it was one transaction over both")
                .isEqualTo(1);
    }

    @Test
    void withoutSpring() throws Exception {
        FreshProject project = new FreshProject(
                folder, readme.block("xml", "postgres-xa-bom"), readme.block("xml", "postgres-xa-core"));
        project.write("src/main/java/Transfer.java", addressed(readme.block("java", "class Transfer {")));
        project.build();
        assertThat(project.run("Transfer", PASSWORDS))
                .contains("postgres-xa of 'bank' is ready", "schema pgxa created")
                .doesNotContain("ERROR", "secret");
        isTransferred();
    }

    @Test
    void withSpringBoot() throws Exception {
        FreshProject project = springBoot(readme.block("xml", "postgres-xa-spring-boot-starter"));
        project.build();
        assertThat(project.run("bank.Application", PASSWORDS))
                .contains("is ready", "schema pgxa created")
                .doesNotContain(" ERROR ", "secret");
        isTransferred();
    }

    @Test
    void withSpringBootButWithoutTheTransactionManagerItSaysWhatToAdd() throws Exception {
        FreshProject project = springBoot(
                readme.block("xml", "postgres-xa-spring-boot-starter").replace("</dependency>", """
                        <exclusions>
                          <exclusion>
                            <groupId>com.atomikos</groupId>
                            <artifactId>*</artifactId>
                          </exclusion>
                        </exclusions>
                        </dependency>"""));
        project.build();
        assertThat(project.failure("bank.Application", PASSWORDS))
                .contains("APPLICATION FAILED TO START", "Atomikos is not on the class path")
                .contains("<artifactId>transactions-jta</artifactId>", "<classifier>jakarta</classifier>");
    }

    @Test
    void withSpringBootAndNarayanaInsteadOfAtomikos() throws Exception {
        FreshProject project =
                springBoot(new Readme(Path.of("..", "..", "docs", "managers.md")).block("xml", "narayana-jta"));
        project.build();
        assertThat(project.run("bank.Application", PASSWORDS))
                .contains("Transaction manager: the embedded Narayana")
                .doesNotContain(" ERROR ", "ARJUNA", "secret");
        isTransferred();
    }

    private FreshProject springBoot(String dependencies) throws Exception {
        FreshProject project = new FreshProject(
                folder,
                // Spring Boot's own, as any project with it has them.
                readme.block("xml", "postgres-xa-bom")
                        .replaceFirst("</dependencies>", """
                        <dependency>
                          <groupId>org.springframework.boot</groupId>
                          <artifactId>spring-boot-dependencies</artifactId>
                          <version>%s</version>
                          <type>pom</type>
                          <scope>import</scope>
                        </dependency>
                        </dependencies>""".formatted(System.getProperty("fresh.spring-boot"))),
                dependencies);
        project.write("src/main/resources/application.yaml", addressed(readme.block("yaml", "postgres.xa:")));
        project.write(
                "src/main/java/bank/Transfers.java", "package bank;\n\n" + readme.block("java", "class Transfers {"));
        project.write("src/main/java/bank/Application.java", """
                package bank;

                import org.springframework.boot.SpringApplication;
                import org.springframework.boot.autoconfigure.SpringBootApplication;

                @SpringBootApplication
                public class Application {

                    public static void main(String[] args) {
                        try (var context = SpringApplication.run(Application.class, args)) {
                            context.getBean(Transfers.class).transfer(25);
                        }
                    }
                }
                """);
        return project;
    }
}
