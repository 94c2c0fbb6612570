package io.github.postgresxa.spring.autoconfigure;

import io.github.postgresxa.InvalidConfigurationException;
import io.github.postgresxa.configuration.Configuration;
import org.springframework.boot.autoconfigure.condition.ConditionMessage;
import org.springframework.boot.autoconfigure.condition.ConditionOutcome;
import org.springframework.boot.autoconfigure.condition.SpringBootCondition;
import org.springframework.context.annotation.ConditionContext;
import org.springframework.core.env.Environment;
import org.springframework.core.type.AnnotatedTypeMetadata;

/** Matches if this application only observes the transactions of another manager. */
final class ObserveMode extends SpringBootCondition {

    @Override
    public ConditionOutcome getMatchOutcome(ConditionContext context, AnnotatedTypeMetadata metadata) {
        boolean observes = isChosen(context.getEnvironment());
        return new ConditionOutcome(
                observes,
                ConditionMessage.forCondition("postgres.xa.mode").because(observes ? "it is observe" : "it is manage"));
    }

    /**
     * Reads the mode.
     *
     * @param environment contains {@code postgres.xa.mode}
     * @return whether it is observe
     * @throws InvalidConfigurationException if it is none of its values
     */
    static boolean isChosen(Environment environment) {
        return Configuration.over(environment::getProperty).choice("mode").equals("observe");
    }
}
