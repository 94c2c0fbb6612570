package io.github.postgresxa.test.manager;

import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.TestExecutionResult.Status;
import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.core.LauncherConfig;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

/**
 * Runs a suite within a process that JUnit has not started: an application server, for example, whose application
 * offers it as a resource. It needs {@code org.junit.platform:junit-platform-launcher} and
 * {@code org.junit.jupiter:junit-jupiter-engine} beside what the suite needs.
 *
 * <p>The suite runs on the calling thread, which may therefore be one that the server manages, and takes about a
 * minute. One run at a time.
 */
public final class ContractRun {

    private static final LauncherConfig ONLY_WHAT_IS_HERE = LauncherConfig.builder()
            .enableTestExecutionListenerAutoRegistration(false)
            .enableLauncherSessionListenerAutoRegistration(false)
            .enableLauncherDiscoveryListenerAutoRegistration(false)
            .enablePostDiscoveryFilterAutoRegistration(false)
            .build();

    private ContractRun() {}

    /**
     * Runs a suite, or some of its tests.
     *
     * @param suite a subclass of {@link JtaManagerContract}, or any other class with tests
     * @return what came out; if the class has no tests, or no engine runs them, it is not {@linkplain Result#kept kept}
     */
    public static Result of(Class<?> suite) {
        LauncherDiscoveryRequest request = LauncherDiscoveryRequestBuilder.request()
                .selectors(selectClass(suite))
                .build();
        Thread thread = Thread.currentThread();
        ClassLoader before = thread.getContextClassLoader();
        thread.setContextClassLoader(suite.getClassLoader()); // JUnit looks for its engines there.
        try {
            Collector collector = new Collector();
            LauncherFactory.create(ONLY_WHAT_IS_HERE).execute(request, collector);
            return new Result(List.copyOf(collector.tests));
        } finally {
            thread.setContextClassLoader(before);
        }
    }

    /**
     * What came out of a run.
     *
     * @param tests the tests in the order of their ends; also a class whose start or end has failed
     */
    public record Result(List<Test> tests) {

        /** {@return whether there were tests, and none has failed} */
        public boolean kept() {
            return !tests.isEmpty() && failed().isEmpty();
        }

        /** {@return the tests that failed} */
        public List<Test> failed() {
            return tests.stream().filter(test -> !test.problem().isEmpty()).toList();
        }

        /** {@return a line for each test, the problems of those that failed, and the counts at the end} */
        public String text() {
            StringBuilder text = new StringBuilder();
            for (Test test : tests) {
                text.append(test.problem().isEmpty() ? "ok      " : "FAILED  ")
                        .append(test.name())
                        .append('\n')
                        .append(test.problem());
            }
            return text.append("%d tests, %d failed%n".formatted(tests.size(), failed().size()))
                    .toString();
        }
    }

    /**
     * One test.
     *
     * @param name its method, as JUnit displays it
     * @param problem a stack trace; empty if it passed
     */
    public record Test(String name, String problem) {}

    private static final class Collector implements TestExecutionListener {

        private final List<Test> tests = new ArrayList<>();

        @Override
        public void executionSkipped(TestIdentifier test, String reason) {
            tests.add(new Test(test.getDisplayName(), "skipped: " + reason + "\n"));
        }

        @Override
        public void executionFinished(TestIdentifier test, TestExecutionResult result) {
            if (test.isTest() || result.getStatus() != Status.SUCCESSFUL) {
                tests.add(new Test(
                        test.getDisplayName(),
                        result.getThrowable().map(Collector::trace).orElse("")));
            }
        }

        private static String trace(Throwable problem) {
            StringWriter text = new StringWriter();
            problem.printStackTrace(new PrintWriter(text, true));
            return text.toString();
        }
    }
}
