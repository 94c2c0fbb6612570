package io.github.postgresxa.branch;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Proxy;
import java.sql.Statement;
import org.junit.jupiter.api.Test;

/** Each statement that is open is found once, however many there are and in whatever order they are closed. */
class OpenStatementsTests {

    private final OpenStatements open = new OpenStatements();

    @Test
    void thereAreNoneAtFirst() {
        assertThat(open.removeAll()).isEmpty();
    }

    @Test
    void allThatWereOpenedAndNotClosedAreFoundOnce() {
        Statement first = statement();
        Statement second = statement();
        Statement third = statement();
        open.add(first);
        open.add(second);
        open.remove(first);
        open.add(third);
        assertThat(open.removeAll()).containsExactlyInAnyOrder(second, third);
        assertThat(open.removeAll()).isEmpty();
    }

    @Test
    void oneThatIsNotThereIsNotMissed() {
        Statement only = statement();
        open.remove(only);
        open.add(only);
        open.remove(statement());
        assertThat(open.removeAll()).containsExactly(only);
    }

    /** All are equal: only their identity tells them apart. */
    private static Statement statement() {
        return (Statement) Proxy.newProxyInstance(
                OpenStatementsTests.class.getClassLoader(),
                new Class<?>[] {Statement.class},
                (proxy, method, args) -> switch (method.getName()) {
                    case "equals" -> true;
                    case "hashCode" -> 1;
                    default -> "a statement";
                });
    }
}
