package io.github.postgresxa.spring.diagnostics;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.util.ClassUtils;

/**
 * Explains failures of Atomikos' own starter. It is built for Spring Boot 3, and Spring Boot 4 has moved its classes.
 */
final class AtomikosStarterFailureAnalyzer extends AbstractFailureAnalyzer<LinkageError> {

    private static final String AUTO_CONFIGURATION = "com.atomikos.spring.AtomikosAutoConfiguration";

    @Override
    protected @Nullable FailureAnalysis analyze(Throwable rootFailure, LinkageError cause) {
        if (!isStarterPresent() || !isAboutSpringBoot3(cause)) {
            return null;
        }
        return new FailureAnalysis(
                "The starter com.atomikos:transactions-spring-boot3-starter is on the class path. It is made for"
                        + " Spring Boot 3 and cannot work here (%s).".formatted(cause.getMessage()),
                "Remove that dependency: this starter brings Atomikos itself. If it has to stay, set"
                        + " spring.autoconfigure.exclude=" + AUTO_CONFIGURATION,
                cause);
    }

    private static boolean isStarterPresent() {
        ClassLoader loader = ClassUtils.getDefaultClassLoader();
        return loader != null && loader.getResource(AUTO_CONFIGURATION.replace('.', '/') + ".class") != null;
    }

    private static boolean isAboutSpringBoot3(LinkageError cause) {
        String message = cause.getMessage();
        return message != null && message.replace('.', '/').contains("org/springframework/boot/");
    }
}
