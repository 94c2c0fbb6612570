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

    /** {@return the name under which the thread's transaction can be queried later, if the stack has one} */
    default Optional<String> transactionId() {
        return Optional.empty();
    }

    /** Closes the stack in order. */
    @Override
    void close();

    /**
     * Creates a stack. Its class has a constructor without parameters, because its name is passed to another process.
     */
    interface Factory {

        /**
         * {@return the running stack}
         *
         * @param instance the application
         * @param journal receives events worth counting
         * @throws Exception if it cannot be started
         */
        Stack open(Instance instance, Journal journal) throws Exception;
    }
}
