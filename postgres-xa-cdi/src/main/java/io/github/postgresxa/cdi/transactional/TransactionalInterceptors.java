package io.github.postgresxa.cdi.transactional;

import jakarta.annotation.Priority;
import jakarta.interceptor.Interceptor;
import jakarta.transaction.Transactional;
import jakarta.transaction.Transactional.TxType;
import java.util.List;

/**
 * One interceptor for each kind of {@code @Transactional} method that may have a transaction. They are called within
 * those of the server, which begin and end it.
 */
public final class TransactionalInterceptors {

    /** The standard has 200 for the server's. */
    private static final int WITHIN = Interceptor.Priority.PLATFORM_BEFORE + 300;

    private TransactionalInterceptors() {}

    /** {@return all of them} */
    public static List<Class<?>> all() {
        return List.of(Required.class, RequiresNew.class, Mandatory.class, Supports.class);
    }

    /** For methods that join a transaction or begin one. */
    @Interceptor
    @Priority(WITHIN)
    @Transactional(TxType.REQUIRED)
    public static class Required extends WithinTransaction {}

    /** For methods that begin one. */
    @Interceptor
    @Priority(WITHIN)
    @Transactional(TxType.REQUIRES_NEW)
    public static class RequiresNew extends WithinTransaction {}

    /** For methods that need one. */
    @Interceptor
    @Priority(WITHIN)
    @Transactional(TxType.MANDATORY)
    public static class Mandatory extends WithinTransaction {}

    /** For methods that join one if there is one. */
    @Interceptor
    @Priority(WITHIN)
    @Transactional(TxType.SUPPORTS)
    public static class Supports extends WithinTransaction {}
}
