package io.github.postgresxa.benchmarks.contender;

import java.io.File;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The class path of this process, and parts of it. */
final class ClassPath {

    /** What {@code spring-boot-starter-actuator} brings. */
    static final String ACTUATOR =
            "spring-boot-(actuator|health|micrometer-|starter-(actuator|micrometer-)).*|micrometer-(core|jakarta9)-.*";

    /** What a tracer over OpenTelemetry brings. */
    static final String TRACER = "spring-boot-(micrometer-tracing|opentelemetry).*|micrometer-tracing-.*"
            + "|opentelemetry-.*|context-propagation-.*";

    private ClassPath() {}

    static String whole() {
        return System.getProperty("java.class.path");
    }

    /** {@return the class path without the files whose names match} */
    static String without(String pattern) {
        Pattern left = Pattern.compile(pattern);
        return Arrays.stream(whole().split(File.pathSeparator))
                .filter(entry -> !left.matcher(String.valueOf(Path.of(entry).getFileName()))
                        .matches())
                .collect(Collectors.joining(File.pathSeparator));
    }
}
