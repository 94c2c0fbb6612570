package io.github.postgresxa.cdi.manager;

import jakarta.transaction.TransactionManager;
import jakarta.transaction.TransactionSynchronizationRegistry;
import org.jspecify.annotations.Nullable;

/**
 * A transaction manager that the application or its server has.
 *
 * @param manager the manager
 * @param registry its registry; null if there is none to be found
 * @param where where it was found, for people
 */
public record ServerManager(
        TransactionManager manager, @Nullable TransactionSynchronizationRegistry registry, String where) {}
