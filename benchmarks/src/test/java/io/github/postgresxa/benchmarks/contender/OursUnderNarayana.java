package io.github.postgresxa.benchmarks.contender;

import com.arjuna.ats.internal.jta.transaction.arjunacore.TransactionSynchronizationRegistryImple;
import java.nio.file.Path;

/** This project under a transaction manager that the application brings. */
final class OursUnderNarayana implements Stack {

    OursUnderNarayana(Path directory) throws Exception {
        NarayanaStack.configure(directory);
    }

    @Override
    public Contender open(Setting setting) {
        return new Ours(
                setting,
                builder -> builder.transactionManager(
                        com.arjuna.ats.jta.TransactionManager.transactionManager(),
                        new TransactionSynchronizationRegistryImple()));
    }
}
