package io.github.postgresxa.spring.autoconfigure.endpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.postgresxa.spring.autoconfigure.PostgresXaAutoConfiguration;
import java.util.stream.Stream;
import javax.management.MBeanOperationInfo;
import javax.management.MBeanParameterInfo;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.springframework.boot.actuate.autoconfigure.endpoint.EndpointAutoConfiguration;
import org.springframework.boot.actuate.autoconfigure.endpoint.jmx.JmxEndpointAutoConfiguration;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.jmx.JmxAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

class PostgresXaEndpointOverJmxTests {

    private final ApplicationContextRunner runner = new ApplicationContextRunner()
            .withConfiguration(AutoConfigurations.of(
                    PostgresXaAutoConfiguration.class,
                    PostgresXaEndpointAutoConfiguration.class,
                    EndpointAutoConfiguration.class,
                    JmxAutoConfiguration.class,
                    JmxEndpointAutoConfiguration.class))
            .withPropertyValues(
                    "postgres.xa.nodes.east.url=jdbc:postgresql://localhost:1/east",
                    "postgres.xa.doctor.at-start=false",
                    "spring.jmx.enabled=true",
                    "spring.jmx.unique-names=true",
                    "management.endpoints.jmx.exposure.include=postgresxa");

    private interface Call {
        Object invoke(String operation, @Nullable Object... arguments) throws Exception;
    }

    private interface Use {
        void with(Call call) throws Exception;
    }

    private void overJmx(Use use) {
        runner.run(context -> {
            MBeanServer server = context.getBean(MBeanServer.class);
            ObjectName name = server.queryNames(new ObjectName("*:type=Endpoint,name=Postgresxa,*"), null)
                    .iterator()
                    .next();
            use.with((operation, arguments) -> {
                MBeanOperationInfo info = Stream.of(server.getMBeanInfo(name).getOperations())
                        .filter(o -> o.getName().equals(operation))
                        .findFirst()
                        .orElseThrow();
                return server.invoke(
                        name,
                        operation,
                        arguments,
                        Stream.of(info.getSignature())
                                .map(MBeanParameterInfo::getType)
                                .toArray(String[]::new));
            });
        });
    }

    /** A JMX client gives every argument: null is one that is left out. */
    @Test
    void takesWhatIsNullForLeftOut() {
        overJmx(call -> assertThat(call.invoke("look", "prepared", null, null).toString())
                .contains("page=0", "unreachable={east="));
    }

    @Test
    void refusesAConditionWithoutAValue() {
        overJmx(call -> assertThatThrownBy(() -> call.invoke("look", " ", null, null))
                .hasStackTraceContaining("'what' has no value"));
    }
}
