package io.github.postgresxa.spring.autoconfigure;

import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.diagnostics.FailureAnalyzer;
import org.springframework.core.io.support.SpringFactoriesLoader;
import org.springframework.core.io.support.SpringFactoriesLoader.FailureHandler;

/** Analyzes a failed start as Spring Boot does: with all analyzers on the class path, in its order. */
final class FailureReport {

    private FailureReport() {}

    static FailureAnalysis of(@Nullable Throwable failure) {
        Throwable thrown = Objects.requireNonNull(failure, "nothing has failed");
        return SpringFactoriesLoader.forDefaultResourceLocation()
                .load(FailureAnalyzer.class, FailureHandler.handleMessage((message, error) -> {}))
                .stream()
                .map(analyzer -> analyzer.analyze(thrown))
                .filter(Objects::nonNull)
                .findFirst()
                .orElseThrow(() -> new AssertionError("no analyzer explains it", thrown));
    }
}
