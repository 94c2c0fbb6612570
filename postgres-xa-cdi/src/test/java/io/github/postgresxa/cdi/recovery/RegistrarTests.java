package io.github.postgresxa.cdi.recovery;

import static org.assertj.core.api.Assertions.assertThat;

import com.arjuna.ats.internal.jta.transaction.arjunacore.TransactionManagerImple;
import jakarta.transaction.TransactionManager;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicInteger;
import javax.transaction.xa.Xid;
import org.junit.jupiter.api.Test;

class RegistrarTests {

    private final AtomicInteger asked = new AtomicInteger();

    private Registration register(TransactionManager manager) {
        return Registrar.register(manager, ours -> {
            asked.incrementAndGet();
            throw new AssertionError("nothing is registered here");
        });
    }

    @Test
    void aManagerThatIsNotKnownIsNamedAndNoResourceIsAskedFor() {
        TransactionManager unknown = (TransactionManager) Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {TransactionManager.class}, (p, m, a) -> null);

        Registration registration = register(unknown);

        assertThat(registration.problem()).contains("PostgresXa.recoveryResource(...)");
        assertThat(asked).hasValue(0);
    }

    @Test
    void aNarayanaOutsideOfAServerIsNotStartedByTheQuestion() {
        int before = Thread.activeCount();

        Registration registration = register(new TransactionManagerImple());

        assertThat(registration.recovery()).isEqualTo("Narayana");
        assertThat(registration.problem()).contains("XARecoveryModule");
        assertThat(asked).hasValue(0);
        assertThat(Thread.activeCount()).isLessThanOrEqualTo(before);
    }

    @Test
    void theIdentifiersOfANarayanaAreThoseWithItsNodeIdentifier() {
        NarayanaIds ids = new NarayanaIds(() -> "shop1");

        assertThat(ids.test(xid(131077, "shop1"))).isTrue();
        assertThat(ids.test(xid(131077, "shop10"))).as("matched as a whole").isFalse();
        assertThat(ids.test(xid(131077, "shop"))).isFalse();
        assertThat(ids.test(xid(131077, ""))).isFalse();
        assertThat(ids.test(xid(4711, "shop1"))).isFalse();
    }

    private static Xid xid(int format, String node) {
        byte[] name = node.getBytes(StandardCharsets.UTF_8);
        byte[] id = new byte[28 + name.length];
        System.arraycopy(name, 0, id, 28, name.length);
        return new Xid() {
            @Override
            public int getFormatId() {
                return format;
            }

            @Override
            public byte[] getGlobalTransactionId() {
                return id;
            }

            @Override
            public byte[] getBranchQualifier() {
                return new byte[] {1};
            }
        };
    }
}
