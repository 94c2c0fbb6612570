package io.github.postgresxa.spring.endpoint;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.springframework.boot.actuate.endpoint.annotation.DeleteOperation;
import org.springframework.boot.actuate.endpoint.annotation.WriteOperation;

/** SECURITY.md names every operation of the endpoint that changes something. */
class SecurityPageTests {

    private static final Path PAGE = Path.of("..", "SECURITY.md");
    private static final Pattern SENTENCE = Pattern.compile("The endpoint's writes:(.*?)\\. ", Pattern.DOTALL);
    private static final Pattern OPERATION = Pattern.compile("`(\\w+)` \\(");

    @Test
    void thePageNamesTheEndpointsWrites() throws IOException {
        Set<String> named = SENTENCE.matcher(Files.readString(PAGE))
                .results()
                .map(MatchResult::group)
                .flatMap(s -> OPERATION.matcher(s).results())
                .map(m -> m.group(1))
                .collect(Collectors.toSet());
        Set<String> writes = Arrays.stream(PostgresXaEndpoint.class.getMethods())
                .filter(m ->
                        m.isAnnotationPresent(WriteOperation.class) || m.isAnnotationPresent(DeleteOperation.class))
                .map(Method::getName)
                .collect(Collectors.toSet());

        assertThat(named).isEqualTo(writes).isNotEmpty();
    }
}
