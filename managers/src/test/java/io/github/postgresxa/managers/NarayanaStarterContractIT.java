package io.github.postgresxa.managers;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.postgresxa.test.manager.Difference;
import io.github.postgresxa.test.manager.JtaManagerContract;
import io.github.postgresxa.test.manager.KnownManager;
import io.github.postgresxa.test.manager.ManagedApplication;
import io.github.postgresxa.test.manager.NodeAddress;
import java.util.List;
import java.util.Set;

/** Narayana, started by its own Spring Boot starter. */
class NarayanaStarterContractIT extends JtaManagerContract {

    @Override
    protected ManagedApplication start(List<NodeAddress> nodes) {
        NarayanaStarterApplication application = new NarayanaStarterApplication(nodes);
        assertThat(application.transactionManager().getClass().getName()).startsWith("com.arjuna.");
        return application;
    }

    @Override
    protected Set<Difference> differences() {
        return KnownManager.EXTERNAL_NARAYANA.differences();
    }
}
