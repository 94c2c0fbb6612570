package io.github.postgresxa.samples.jakarta;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.postgresxa.samples.jakarta.Client.Probed;
import io.github.postgresxa.samples.jakarta.probe.jpa.EntityResource;
import io.github.postgresxa.test.PostgresNode;
import io.github.postgresxa.test.PostgresNodes;
import java.io.IOException;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Entities of two nodes change in one transaction. */
@PostgresNodes({"east", "west"})
class JpaIT {

    private static final String UNIT = """
              <persistence-unit name="own-%s" transaction-type="JTA">
                <class>io.github.postgresxa.samples.jakarta.probe.jpa.StoredAccount</class>
                <exclude-unlisted-classes>true</exclude-unlisted-classes>
                <properties>
                  <property name="jboss.as.jpa.managed" value="false"/>
                  %s
                </properties>
              </persistence-unit>
            """;

    private static Deployment bank;
    private static Books books;

    @BeforeAll
    static void deploy(PostgresNode east, PostgresNode west) {
        bank = new Deployment(east, west);
        String properties = bank.server().persistenceProperties();
        bank.war()
                .classesBeside(EntityResource.class)
                .file(
                        "WEB-INF/classes/META-INF/persistence.xml",
                        "<persistence xmlns=\"https://jakarta.ee/xml/ns/persistence\" version=\"3.0\">\n"
                                + UNIT.formatted("east", properties)
                                + UNIT.formatted("west", properties)
                                + "</persistence>\n");
        bank.deployed();
        books = new Books(east, west);
    }

    @AfterAll
    static void undeploy() {
        bank.close();
    }

    @BeforeEach
    void money() {
        books.open();
    }

    @Test
    void factoriesOfTheApplicationWriteOnBothNodesAtTheCommit() throws IOException {
        Probed probed = bank.client().probe("entities", Map.of("refuse", false));

        assertThat(probed.end()).as(probed.text()).isEqualTo("done");
        assertThat(books.balance("east/1")).isEqualTo(999);
        assertThat(books.balance("west/1")).isEqualTo(1001);
    }

    @Test
    void factoriesOfTheApplicationWriteNothingInARollback() throws IOException {
        Probed probed = bank.client().probe("entities", Map.of("refuse", true));

        assertThat(probed.end()).as(probed.text()).isEqualTo("IllegalStateException");
        assertThat(books.balance("east/1")).isEqualTo(1000);
        assertThat(books.balance("west/1")).isEqualTo(1000);
    }
}
