package io.github.postgresxa.spring.endpoint;

import io.github.postgresxa.Outcome;
import org.springframework.boot.actuate.endpoint.OperationResponseBody;

/**
 * How a transaction ended.
 *
 * @param transaction its id
 * @param outcome what is known
 */
public record OutcomeDescriptor(String transaction, Outcome outcome) implements OperationResponseBody {}
