package io.github.postgresxa.spring.endpoint;

import org.springframework.boot.actuate.endpoint.OperationResponseBody;

/**
 * Says why a request was refused. Spring Boot's own answer hides that by default.
 *
 * @param error what is wrong, and what to do, as the console prints it
 */
public record RefusalDescriptor(String error) implements OperationResponseBody {}
