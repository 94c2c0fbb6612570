package io.github.postgresxa.cdi.naming;

import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.sql.SQLException;
import java.util.Hashtable;
import java.util.Map;
import javax.naming.CompositeName;
import javax.naming.NamingException;
import javax.naming.Reference;
import javax.naming.StringRefAddr;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class NodeDataSourceFactoryTests {

    private static DataSource made(@Nullable Reference reference, Map<String, String> environment)
            throws NamingException {
        return (DataSource) new NodeDataSourceFactory()
                .getObjectInstance(reference, new CompositeName("jdbc/east"), null, new Hashtable<>(environment));
    }

    @Test
    void theNodeIsAPropertyOfTheReferenceOrOfTheEnvironment() throws NamingException {
        Reference reference = new Reference(DataSource.class.getName());
        reference.add(new StringRefAddr("node", "east"));

        for (DataSource east : new DataSource[] {made(reference, Map.of()), made(null, Map.of("node", " east "))}) {
            assertThatExceptionOfType(SQLException.class)
                    .as("no application runs here")
                    .isThrownBy(east::getConnection)
                    .withMessageStartingWith("There is no connection to the node 'east': postgres-xa does not run in");
        }
    }

    @Test
    void aResourceThatDoesNotSayWhichNodeItIsIsRefused() {
        assertThatExceptionOfType(NamingException.class)
                .isThrownBy(() -> made(null, Map.of()))
                .withMessage("The resource 'jdbc/east' does not say which node it is. Set its property 'node' to a"
                        + " configured name.");
    }
}
