package io.github.postgresxa.samples.jakarta;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.postgresxa.samples.jakarta.Client.Probed;
import io.github.postgresxa.samples.jakarta.probe.jpa.StoredAccount;
import io.github.postgresxa.samples.jakarta.probe.unit.UnitResource;
import io.github.postgresxa.samples.jakarta.server.Feature;
import io.github.postgresxa.samples.jakarta.server.Server;
import io.github.postgresxa.test.PostgresNode;
import io.github.postgresxa.test.PostgresNodes;
import java.io.IOException;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Persistence units of the server, whose data sources are nodes under names of JNDI. The library is the server's. */
@PostgresNodes({"east", "west"})
class ContainerManagedJpaIT {

    private static final String UNIT = """
              <persistence-unit name="%s" transaction-type="JTA">
                <jta-data-source>%s</jta-data-source>
                <class>io.github.postgresxa.samples.jakarta.probe.jpa.StoredAccount</class>
                <exclude-unlisted-classes>true</exclude-unlisted-classes>
                <properties>
                  <property name="hibernate.boot.allow_jdbc_metadata_access" value="false"/>
                  <property name="jakarta.persistence.database-product-name" value="PostgreSQL"/>
                  <property name="eclipselink.target-database" value="PostgreSQL"/>
                </properties>
              </persistence-unit>
            """;

    private static Deployment bank;
    private static Books books;

    @BeforeAll
    static void deploy(PostgresNode east, PostgresNode west) {
        Server server = Server.running();
        server.lacks(Feature.CONTAINER_MANAGED_JPA).ifPresent(why -> assumeTrue(false, why));
        bank = new Deployment(east, west);
        server.useSharedLibraries(bank.war());
        bank.war()
                .classesBeside(UnitResource.class)
                .classFile(StoredAccount.class)
                .file(
                        "WEB-INF/classes/META-INF/persistence.xml",
                        "<persistence xmlns=\"https://jakarta.ee/xml/ns/persistence\" version=\"3.0\">\n"
                                + UNIT.formatted("east", server.jndiName("east"))
                                + UNIT.formatted("west", server.jndiName("west"))
                                + "</persistence>\n");
        bank.deployed();
        books = new Books(east, west);
    }

    @AfterAll
    static void undeploy() {
        if (bank != null) {
            bank.close();
        }
    }

    @BeforeEach
    void money() {
        books.open();
    }

    @Test
    void entityManagersOfTheServerWriteOnBothNodesAtTheCommit() throws IOException {
        Probed probed = bank.client().probe("units", Map.of("refuse", false));

        assertThat(probed.end()).as(probed.text()).isEqualTo("done");
        assertThat(books.balance("east/1")).isEqualTo(999);
        assertThat(books.balance("west/1")).isEqualTo(1001);
    }

    @Test
    void entityManagersOfTheServerWriteNothingInARollback() throws IOException {
        Probed probed = bank.client().probe("units", Map.of("refuse", true));

        assertThat(probed.end()).as(probed.text()).isEqualTo("IllegalStateException");
        assertThat(books.balance("east/1")).isEqualTo(1000);
        assertThat(books.balance("west/1")).isEqualTo(1000);
    }
}
