package io.github.postgresxa.benchmarks.scale;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.platform.commons.support.AnnotationSupport;

/**
 * Runs what {@code -Dscale.only} names, and all if it names nothing. A run that is to measure some commits only
 * ({@code -Dbenchmarks.quick}, {@code -Dbenchmarks.scenarios}) leaves them out.
 */
final class PartChosen implements ExecutionCondition {

    @Override
    public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
        String only = System.getProperty("scale.only", "").strip();
        if (only.isEmpty() && measuresSomeCommitsOnly()) {
            return ConditionEvaluationResult.disabled("only some commits are to be measured");
        }
        boolean chosen = AnnotationSupport.findAnnotation(context.getTestClass(), Part.class)
                .map(part -> only.isEmpty() || List.of(only.split(",")).contains(part.value()))
                .orElse(true);
        return chosen
                ? ConditionEvaluationResult.enabled("chosen")
                : ConditionEvaluationResult.disabled("not named by -Dscale.only");
    }

    private static boolean measuresSomeCommitsOnly() {
        return Stream.of("quick", "scenarios", "contenders")
                .anyMatch(option -> System.getProperty("benchmarks." + option) != null);
    }
}
