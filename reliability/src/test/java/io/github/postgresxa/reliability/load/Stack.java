package io.github.postgresxa.reliability.load;

import jakarta.transaction.UserTransaction;
import java.util.Optional;
import javax.sql.DataSource;

/** A transaction manager with a pool for each node, set up as an application would have it. */
public interface Stack extends AutoCloseable {

    /** {@return the demarcation of the calling thread's transaction} */
    UserTransaction transaction();

    /** {@return the connections to one node, which take part in the thread's transaction} */
    DataSource dataSource(String node);

    /** {@return the name under which somebody could ask for the thread's transaction later, if the stack has such a thing} */
    default Optional<String> transactionId() {
        return Optional.empty();
    }

    /** Ends it in order. */
    @Override
    void close();

    /** Makes one. Its class has a constructor without parameters, because its name travels to another process. */
    interface Factory {

        /**
         * @param instance who this application is
         * @param journal takes events worth counting
         * @return the running stack
         * @throws Exception if it cannot be started
         */
        Stack open(Instance instance, Journal journal) throws Exception;
    }
}
