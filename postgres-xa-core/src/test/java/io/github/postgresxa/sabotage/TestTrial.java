package io.github.postgresxa.sabotage;

import org.junit.platform.engine.FilterResult;
import org.junit.platform.engine.discovery.DiscoverySelectors;
import org.junit.platform.engine.support.descriptor.MethodSource;
import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.PostDiscoveryFilter;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;
import org.junit.platform.launcher.listeners.SummaryGeneratingListener;
import org.junit.platform.launcher.listeners.TestExecutionSummary;

/**
 * Runs one test in a separate process: {@code java … TestTrial RecoveryIT#someMethod} ends with 0 if it passes and
 * 1 if it fails.
 */
public final class TestTrial {

    private static final int NOTHING_RAN = 3;

    private TestTrial() {}

    /** {@return the class of a test that is named as {@code [package.]Class#method}} */
    static String className(String test) {
        return "io.github.postgresxa." + test.replaceFirst("#.*", "");
    }

    public static void main(String[] arguments) {
        String method = arguments[0].replaceFirst(".*#", "");
        PostDiscoveryFilter onlyThatMethod = descriptor -> FilterResult.includedIf(descriptor
                .getSource()
                .filter(MethodSource.class::isInstance)
                .map(source -> ((MethodSource) source).getMethodName().equals(method))
                .orElse(true));
        LauncherDiscoveryRequest request = LauncherDiscoveryRequestBuilder.request()
                .selectors(DiscoverySelectors.selectClass(className(arguments[0])))
                .filters(onlyThatMethod)
                .build();
        SummaryGeneratingListener listener = new SummaryGeneratingListener();
        LauncherFactory.create().execute(request, listener);
        TestExecutionSummary summary = listener.getSummary();
        summary.getFailures()
                .forEach(f -> System.out.println(
                        "failed: " + f.getTestIdentifier().getDisplayName() + ": " + f.getException()));
        boolean ran = summary.getTestsStartedCount() > 0;
        System.exit(summary.getTestsFailedCount() > 0 ? 1 : ran ? 0 : NOTHING_RAN);
    }
}
