package io.github.postgresxa.cdi.naming;

import java.util.Hashtable;
import javax.naming.Context;
import javax.naming.Name;
import javax.naming.NamingException;
import javax.naming.RefAddr;
import javax.naming.Reference;
import javax.naming.spi.ObjectFactory;
import org.jspecify.annotations.Nullable;

/**
 * Makes a node a resource of JNDI, for the {@code <jta-data-source>} of a persistence unit. The server's configuration
 * binds a name to this class, with the property {@code node}: the configured name of the node. This library is then one
 * of the server's, and not in the application.
 *
 * <p>Each application gets the node of its own configuration, also where several use the same name. What the factory
 * returns can be kept. It gives connections from the start of an application's core on, which is when CDI has validated
 * its beans: what wants a connection before gets an {@link java.sql.SQLException}.
 */
public final class NodeDataSourceFactory implements ObjectFactory {

    private static final String NODE = "node";

    /** For the server. */
    public NodeDataSourceFactory() {}

    /**
     * Returns the data source of a node.
     *
     * @param reference has the property {@code node}, if it is a {@link Reference}
     * @param name the name in JNDI
     * @param context not used
     * @param environment has the property otherwise
     * @return a {@link javax.sql.DataSource}
     * @throws NamingException if the property is missing
     */
    @Override
    public Object getObjectInstance(
            @Nullable Object reference,
            @Nullable Name name,
            @Nullable Context context,
            @Nullable Hashtable<?, ?> environment)
            throws NamingException {
        Object node = environment == null ? null : environment.get(NODE);
        if (reference instanceof Reference properties) {
            RefAddr address = properties.get(NODE);
            node = address == null ? node : address.getContent();
        }
        if (node == null || node.toString().isBlank()) {
            throw new NamingException(
                    "The resource%s does not say which node it is. Set its property '%s' to a configured name."
                            .formatted(name == null ? "" : " '" + name + "'", NODE));
        }
        return new NodeOfApplication(node.toString().strip());
    }
}
