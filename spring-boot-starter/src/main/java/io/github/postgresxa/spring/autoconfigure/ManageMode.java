package io.github.postgresxa.spring.autoconfigure;

import org.springframework.boot.autoconfigure.condition.ConditionMessage;
import org.springframework.boot.autoconfigure.condition.ConditionOutcome;
import org.springframework.boot.autoconfigure.condition.SpringBootCondition;
import org.springframework.context.annotation.ConditionContext;
import org.springframework.core.type.AnnotatedTypeMetadata;

/** Matches if this application manages the transactions over the nodes. */
final class ManageMode extends SpringBootCondition {

    @Override
    public ConditionOutcome getMatchOutcome(ConditionContext context, AnnotatedTypeMetadata metadata) {
        boolean observes = ObserveMode.isChosen(context.getEnvironment());
        return new ConditionOutcome(
                !observes,
                ConditionMessage.forCondition("postgres.xa.mode").because(observes ? "it is observe" : "it is manage"));
    }
}
