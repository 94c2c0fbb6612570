package io.github.postgresxa.spring.endpoint;

import io.github.postgresxa.configuration.Spelling;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.springframework.boot.actuate.endpoint.EndpointId;
import org.springframework.boot.actuate.endpoint.InvalidEndpointRequestException;
import org.springframework.boot.actuate.endpoint.OperationType;
import org.springframework.boot.actuate.endpoint.SecurityContext;
import org.springframework.boot.actuate.endpoint.invoke.MissingParametersException;
import org.springframework.boot.actuate.endpoint.invoke.OperationInvoker;
import org.springframework.boot.actuate.endpoint.invoke.OperationInvokerAdvisor;
import org.springframework.boot.actuate.endpoint.invoke.OperationParameter;
import org.springframework.boot.actuate.endpoint.invoke.OperationParameters;
import org.springframework.boot.actuate.endpoint.invoke.ParameterMappingException;
import org.springframework.boot.actuate.endpoint.web.WebEndpointResponse;
import org.springframework.boot.actuate.endpoint.web.WebServerNamespace;

/**
 * Checks a request to the endpoint before it is carried out. Spring Boot passes over a field or a query parameter that
 * it does not know: a condition with a spelling mistake would select more than the operator wants. Over HTTP, the
 * answer to a request that is refused says why.
 */
public final class RequestCheck implements OperationInvokerAdvisor {

    /** Creates the check. */
    public RequestCheck() {}

    @Override
    public OperationInvoker apply(
            EndpointId endpoint, OperationType type, OperationParameters parameters, OperationInvoker invoker) {
        if (!endpoint.toLowerCaseString().equals("postgresxa")) {
            return invoker;
        }
        List<String> known = parameters.stream()
                .filter(parameter -> !parameter.getType().equals(SecurityContext.class))
                .map(OperationParameter::getName)
                .toList();
        return context -> {
            boolean overHttp = context.canResolve(WebServerNamespace.class);
            try {
                check(context.getArguments(), known, overHttp);
                return invoker.invoke(context);
            } catch (InvalidEndpointRequestException refused) {
                if (!overHttp) {
                    throw refused;
                }
                return new WebEndpointResponse<>(
                        new RefusalDescriptor(sentence(refused)), WebEndpointResponse.STATUS_BAD_REQUEST);
            }
        };
    }

    /** Over JMX every argument is given: null is one that is left out. */
    private static void check(Map<String, ?> arguments, List<String> known, boolean overHttp) {
        arguments.forEach((name, value) -> {
            if (!known.contains(name)) {
                throw refusal("There is no field or parameter '%s' here, and nothing was done.%s%s"
                        .formatted(
                                name,
                                Spelling.nearest(name, known)
                                        .map(" Did you mean '%s'?"::formatted)
                                        .orElse(""),
                                known.isEmpty() ? "" : " There are: " + String.join(", ", known) + "."));
            }
            // An order without a reason is refused as an order, and leaves an audit event.
            if (value == null ? overHttp : value.toString().isBlank() && !name.equals("reason")) {
                throw refusal("'%s' has no value, and nothing was done. Leave it out, or give it one.".formatted(name));
            }
        });
    }

    private static InvalidEndpointRequestException refusal(String message) {
        return new InvalidEndpointRequestException(message, message);
    }

    private static String sentence(InvalidEndpointRequestException refused) {
        if (refused instanceof ParameterMappingException problem) {
            return problem(problem.getParameter(), String.valueOf(problem.getValue()));
        }
        if (refused instanceof MissingParametersException missing) {
            return "Nothing was done, because this is missing: %s."
                    .formatted(missing.getMissingParameters().stream()
                            .map(OperationParameter::getName)
                            .sorted()
                            .collect(Collectors.joining(", ")));
        }
        return String.valueOf(refused.getMessage());
    }

    private static String problem(OperationParameter parameter, String value) {
        Class<?> type = parameter.getType();
        List<String> words = type.equals(Boolean.class)
                ? List.of("true", "false")
                : type.isEnum()
                        ? Arrays.stream(type.getEnumConstants())
                                .map(constant -> constant.toString().toLowerCase(Locale.ROOT))
                                .toList()
                        : List.of();
        return "'%s' is not possible for '%s', and nothing was done.%s%s"
                .formatted(
                        value,
                        parameter.getName(),
                        Spelling.nearest(value.toLowerCase(Locale.ROOT), words)
                                .map(" Did you mean '%s'?"::formatted)
                                .orElse(""),
                        words.isEmpty()
                                ? type.equals(Integer.class) ? " Give a whole number." : ""
                                : " Possible: " + String.join(", ", words) + ".");
    }
}
