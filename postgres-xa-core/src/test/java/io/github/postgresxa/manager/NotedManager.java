package io.github.postgresxa.manager;

import io.github.postgresxa.transaction.ManagerHints;
import io.github.postgresxa.transaction.TimeLimit;
import jakarta.transaction.TransactionManager;
import jakarta.transaction.TransactionSynchronizationRegistry;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A transaction manager of one thread, without resources, that notes the timeouts it is given. */
final class NotedManager implements JtaManager {

    Duration longest = TimeLimit.LONGEST;

    @Nullable
    Duration defaultTimeout;

    private final Map<Object, Object> kept = new HashMap<>();
    private int ofThread;
    private int timeout;
    private final TransactionManager manager = made(TransactionManager.class, (proxy, method, values) -> {
        switch (method.getName()) {
            case "setTransactionTimeout" -> ofThread = (int) values[0];
            case "begin" -> timeout = ofThread;
            case "rollback" -> kept.clear();
            default -> throw new UnsupportedOperationException(method.getName());
        }
        return null;
    });
    private final TransactionSynchronizationRegistry registry =
            made(TransactionSynchronizationRegistry.class, (proxy, method, values) -> switch (method.getName()) {
                case "putResource" -> kept.put(values[0], values[1]);
                case "getResource" -> kept.get(values[0]);
                default -> throw new UnsupportedOperationException(method.getName());
            });

    private static <T> T made(Class<T> type, InvocationHandler handler) {
        return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, handler));
    }

    /** {@return the timeout with which the last transaction was begun; 0 for the default} */
    int timeout() {
        return timeout;
    }

    /** {@return the timeout of the thread's next transaction; 0 for the default} */
    int ofThread() {
        return ofThread;
    }

    @Override
    public TransactionManager transactionManager() {
        return manager;
    }

    @Override
    public @Nullable Duration defaultTimeout() {
        return defaultTimeout;
    }

    @Override
    public Duration longest() {
        return longest;
    }

    @Override
    public TransactionSynchronizationRegistry registry() {
        return registry;
    }

    @Override
    public @Nullable TimeLimit limit(int seconds) {
        return seconds <= 0 ? null : TimeLimit.of(Duration.ofSeconds(seconds));
    }

    @Override
    public ManagerHints hints() {
        return ManagerHints.NONE;
    }

    @Override
    public void close() {
        kept.clear();
    }
}
