package io.github.postgresxa.quarkus.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.postgresxa.PostgresXa;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/**
 * An application that has ended leaves nothing behind. Another profile restarts it in the same JVM, as live reload does
 * in dev mode, behind the application of {@link BankTest}.
 */
@QuarkusTest
@TestProfile(RestartTest.Again.class)
class RestartTest {

    @Inject
    PostgresXa xa;

    @Inject
    Bank bank;

    @Test
    void onlyTheThreadsOfThisApplicationRun() throws Exception {
        bank.transfer(UUID.randomUUID().toString(), 1);

        assertThat(xa.name()).isEqualTo("restarted");
        long limit = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        while (!ofOthers().isEmpty()) {
            assertThat(System.nanoTime())
                    .as(() -> "threads of an earlier application: " + ofOthers())
                    .isLessThan(limit);
            Thread.sleep(100);
        }
    }

    private static List<String> ofOthers() {
        ClassLoader here = PostgresXa.class.getClassLoader();
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith("postgres-xa")
                        || thread.getName().startsWith("agroal"))
                .filter(thread ->
                        thread.getContextClassLoader() != null && !isSameOrChild(thread.getContextClassLoader(), here))
                .map(Thread::getName)
                .toList();
    }

    private static boolean isSameOrChild(ClassLoader loader, ClassLoader of) {
        for (ClassLoader at = loader; at != null; at = at.getParent()) {
            if (at == of) {
                return true;
            }
        }
        return loader.getClass().getName().contains("Test") || loader == ClassLoader.getSystemClassLoader();
    }

    /** Restarts the application with another name. */
    public static class Again implements QuarkusTestProfile {

        @Override
        public Map<String, String> getConfigOverrides() {
            return Map.of("postgres.xa.name", "restarted");
        }
    }
}
