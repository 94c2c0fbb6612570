package io.github.postgresxa.samples.bank.show;

import io.github.postgresxa.samples.bank.embedded.EmbeddedNodes;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;

/**
 * Exists only where the bank runs its own nodes, unless {@code bank.show.enabled=false}. No button can kill a real
 * server.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@ConditionalOnBooleanProperty("bank.show.enabled")
@ConditionalOnBean(EmbeddedNodes.class)
@interface OnlyEmbedded {}
