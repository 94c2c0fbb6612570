package io.github.postgresxa.manager.atomikos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.postgresxa.prepared.NodeScan;
import java.lang.reflect.Proxy;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.transaction.xa.XAException;
import javax.transaction.xa.XAResource;
import org.junit.jupiter.api.Test;

class IdleRecoveryTests {

    private final AtomicBoolean prepared = new AtomicBoolean();

    private final NodeScan unreachable = (NodeScan) Proxy.newProxyInstance(
            NodeScan.class.getClassLoader(), new Class<?>[] {NodeScan.class}, (proxy, method, arguments) -> {
                throw new XAException(XAException.XAER_RMFAIL);
            });

    private final IdleRecovery recovery = new IdleRecovery(unreachable, prepared::get);

    @Test
    void queriesNoNodeAsLongAsNothingWasPreparedForThisManager() throws Exception {
        assertThat(recovery.recover(XAResource.TMSTARTRSCAN)).isEmpty();
    }

    @Test
    void queriesThemFromTheFirstPrepareOn() {
        prepared.set(true);
        assertThatThrownBy(() -> recovery.recover(XAResource.TMSTARTRSCAN)).isInstanceOf(XAException.class);
    }
}
