package io.github.postgresxa;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every event of {@link XaListener}, also one that is added later: it reaches all listeners, and an exception of
 * one of them reaches no caller.
 */
class CompositeListenerTests {

    private static final TransactionId ID = TransactionId.random();

    private static final Map<Class<?>, Object> VALUES = Map.of(
            TransactionId.class,
            ID,
            String.class,
            "east",
            BranchRole.class,
            BranchRole.HOME,
            HomeReason.class,
            HomeReason.PINNED,
            CommitStep.class,
            CommitStep.DECIDE,
            Outcome.class,
            Outcome.COMMITTED,
            Duration.class,
            Duration.ofSeconds(1),
            int.class,
            2,
            long.class,
            3L,
            boolean.class,
            true);

    static Stream<Method> events() {
        return Arrays.stream(XaListener.class.getMethods()).filter(m -> m.getDeclaringClass() == XaListener.class);
    }

    @ParameterizedTest
    @MethodSource("events")
    void everyEventReachesEveryListenerWhateverAnotherThrows(Method event) throws Exception {
        Object[] arguments =
                Arrays.stream(event.getParameterTypes()).map(VALUES::get).toArray();
        assertThat(arguments).as("a value for each parameter of " + event).doesNotContainNull();
        for (Throwable thrown : List.of(
                new IllegalStateException("broken"),
                new StackOverflowError(),
                new OutOfMemoryError("unable to create native thread"),
                new NoClassDefFoundError("gone"),
                new Exception("unchecked by its language"))) {
            List<List<Object>> told = new ArrayList<>();
            XaListener broken = new Broken(thrown).asListener();
            XaListener good = listener((proxy, method, with) -> {
                told.add(List.of(method, List.of(with)));
                return null;
            });

            event.invoke(new CompositeListener(List.of(broken, good, broken)), arguments);

            assertThat(told).as(event + ", " + thrown).containsExactly(List.of(event, List.of(arguments)));
        }
    }

    private static XaListener listener(InvocationHandler handler) {
        return (XaListener)
                Proxy.newProxyInstance(XaListener.class.getClassLoader(), new Class<?>[] {XaListener.class}, handler);
    }

    /** Throws the same from every method, including its text. */
    private record Broken(Throwable thrown) {

        XaListener asListener() {
            return listener((proxy, method, with) -> {
                throw thrown;
            });
        }
    }
}
