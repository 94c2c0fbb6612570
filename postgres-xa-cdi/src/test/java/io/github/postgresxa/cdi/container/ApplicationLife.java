package io.github.postgresxa.cdi.container;

import io.github.postgresxa.PostgresXa;
import java.sql.Connection;
import java.sql.Statement;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.function.BiConsumer;

/** An application from its deployment to its end. Only types of the JDK lead to it. */
public final class ApplicationLife implements BiConsumer<Map<String, String>, ExecutorService> {

    @Override
    public void accept(Map<String, String> properties, ExecutorService threadsOfServer) {
        try (Containers application = Containers.start(properties)) {
            application.bean(Bank.class).transfer(1);
            PostgresXa xa = application.bean(PostgresXa.class);
            threadsOfServer.submit(() -> transfer(xa)).get();
            xa.recoverNow();
            xa.operations().doctor();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private static Void transfer(PostgresXa xa) throws Exception {
        xa.inTransaction(() -> {
            for (String node : xa.nodeNames()) {
                try (Connection connection = xa.dataSource(node).getConnection();
                        Statement statement = connection.createStatement()) {
                    statement.executeUpdate("update account set balance = balance + 1");
                }
            }
        });
        return null;
    }
}
