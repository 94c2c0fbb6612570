package io.github.postgresxa.managers;

import io.github.postgresxa.test.manager.Difference;
import io.github.postgresxa.test.manager.KnownManager;
import io.github.postgresxa.test.manager.ManagedApplication;
import io.github.postgresxa.test.manager.NodeAddress;
import io.github.postgresxa.test.manager.SpringManagerContract;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.transaction.PlatformTransactionManager;

/** Spring's transactions over the Narayana of its own starter. */
class NarayanaStarterPropagationIT extends SpringManagerContract {

    private @Nullable NarayanaStarterApplication application;

    @Override
    protected ManagedApplication start(List<NodeAddress> nodes) {
        NarayanaStarterApplication started = new NarayanaStarterApplication(nodes);
        application = started;
        return started;
    }

    @Override
    public PlatformTransactionManager springTransactions() {
        return Objects.requireNonNull(application).springTransactions();
    }

    @Override
    protected Set<Difference> differences() {
        return KnownManager.EXTERNAL_NARAYANA.differences();
    }
}
