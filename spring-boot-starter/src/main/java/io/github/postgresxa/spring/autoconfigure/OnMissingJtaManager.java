package io.github.postgresxa.spring.autoconfigure;

import io.github.postgresxa.spring.transaction.ManagerTypes;
import java.util.List;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.autoconfigure.condition.ConditionMessage;
import org.springframework.boot.autoconfigure.condition.ConditionOutcome;
import org.springframework.boot.autoconfigure.condition.SpringBootCondition;
import org.springframework.context.annotation.ConditionContext;
import org.springframework.context.annotation.ConfigurationCondition;
import org.springframework.core.type.AnnotatedTypeMetadata;

/**
 * Matches if there is no Spring transaction manager over JTA yet. One for something else (Kafka) does not count, unless
 * its declared type is so general that it may be one over JTA.
 */
final class OnMissingJtaManager extends SpringBootCondition implements ConfigurationCondition {

    @Override
    public ConfigurationPhase getConfigurationPhase() {
        return ConfigurationPhase.REGISTER_BEAN;
    }

    @Override
    public ConditionOutcome getMatchOutcome(ConditionContext context, AnnotatedTypeMetadata metadata) {
        ConditionMessage.Builder message = ConditionMessage.forCondition("JtaTransactionManager");
        ConfigurableListableBeanFactory beans = context.getBeanFactory();
        List<String> found = beans == null ? List.of() : ManagerTypes.maybeJta(beans);
        return found.isEmpty()
                ? ConditionOutcome.match(message.because("there is none"))
                : ConditionOutcome.noMatch(message.found("bean", "beans").items(found));
    }
}
