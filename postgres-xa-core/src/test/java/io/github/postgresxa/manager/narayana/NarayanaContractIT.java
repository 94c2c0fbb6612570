package io.github.postgresxa.manager.narayana;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.postgresxa.ManagerKind;
import io.github.postgresxa.manager.CoreManagerContract;
import io.github.postgresxa.support.NarayanaLog;
import io.github.postgresxa.support.XaApplication;
import io.github.postgresxa.test.manager.KnownManager;
import io.github.postgresxa.test.manager.NodeAddress;
import java.nio.file.Path;
import java.util.List;
import javax.transaction.xa.XAResource;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;

/** The embedded Narayana, which writes no file, whatever takes part. */
@Tag("narayana")
class NarayanaContractIT extends CoreManagerContract {

    @TempDir
    static Path folder;

    NarayanaContractIT() {
        super(KnownManager.NARAYANA);
    }

    @Override
    protected XaApplication application(List<NodeAddress> nodes) {
        NarayanaLog.keepIn(folder.resolve("log"));
        return new Application(nodes);
    }

    private static final class Application extends XaApplication {

        Application(List<NodeAddress> nodes) {
            super(nodes, builder -> builder.transactionManager(ManagerKind.NARAYANA));
        }

        @Override
        public void register(XAResource other) {
            // Narayana enlists any resource.
        }

        @Override
        public void close() {
            super.close();
            assertThat(folder.resolve("log")).doesNotExist();
        }
    }
}
