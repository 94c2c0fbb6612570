package io.github.postgresxa.test.fault;

/**
 * What the server answers as a whole: one simple query, or one burst of the extended protocol up to its Sync. The
 * login is a message, too. A client may send several before it waits: the driver sends its {@code BEGIN} together
 * with the first statement.
 *
 * @param node the name of the node that it is sent to
 * @param application the client's {@code application_name}; empty until the server has confirmed it. JDBC sets it in
 *     a separate message after the login
 * @param connection the number of the connection, counted by its proxy from 1
 * @param backend the process id of the session that gets it; 0 before the login has succeeded
 * @param kind its purpose
 * @param sql its statements, one a line; {@code startup} for a login
 */
public record WireMessage(String node, String application, long connection, int backend, MessageKind kind, String sql) {

    @Override
    public String toString() {
        return "%s to %s: %s".formatted(kind, node, sql.strip().replaceAll("\\s+", " "));
    }
}
