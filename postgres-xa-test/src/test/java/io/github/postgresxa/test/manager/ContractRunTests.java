package io.github.postgresxa.test.manager;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Disabled;
import org.junit.jupiter.api.Test;

class ContractRunTests {

    /** Run by {@link ContractRun} only: its name is none of a test's. */
    static class Suite {

        @Test
        void itHolds() {
            assertTrue(Thread.currentThread().getContextClassLoader() == Suite.class.getClassLoader());
        }

        @Test
        void itDoesNot() {
            throw new IllegalStateException("the money is gone");
        }
    }

    static class Kept {

        @Test
        void itHolds() {}
    }

    static class DoesNotStart {

        @BeforeAll
        static void start() {
            throw new IllegalStateException("no server");
        }

        @Test
        void itHolds() {}
    }

    static class Skipped {

        @Test
        @Disabled("not now")
        void itHolds() {}
    }

    static class Empty {}

    @Test
    void eachTestIsNamedWithItsProblem() {
        ContractRun.Result result = ContractRun.of(Suite.class);

        assertEquals(2, result.tests().size());
        assertEquals(
                List.of("itDoesNot()"),
                result.failed().stream().map(ContractRun.Test::name).toList());
        assertFalse(result.kept());
        assertTrue(result.text().contains("ok      itHolds()"), result.text());
        assertTrue(result.text().contains("FAILED  itDoesNot()"), result.text());
        assertTrue(result.text().contains("IllegalStateException: the money is gone"), result.text());
        assertTrue(result.text().strip().endsWith("2 tests, 1 failed"), result.text());
    }

    @Test
    void aRunIsKeptIfAllHaveRunAndNoneHasFailed() {
        assertTrue(ContractRun.of(Kept.class).kept());
        assertFalse(ContractRun.of(DoesNotStart.class).kept());
        assertFalse(ContractRun.of(Skipped.class).kept());
        assertFalse(ContractRun.of(Empty.class).kept());
    }

    @Test
    void theThreadKeepsItsClassLoader() {
        Thread thread = Thread.currentThread();
        ClassLoader before = thread.getContextClassLoader();
        ClassLoader own = new ClassLoader(before) {};
        thread.setContextClassLoader(own);
        try {
            ContractRun.of(Kept.class);
            assertTrue(thread.getContextClassLoader() == own);
        } finally {
            thread.setContextClassLoader(before);
        }
    }
}
