package io.github.postgresxa.decision;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.postgresxa.NodeSettings;
import io.github.postgresxa.TransactionId;
import io.github.postgresxa.gid.Gid;
import io.github.postgresxa.gid.ManagerName;
import io.github.postgresxa.gid.NodeIdentity;
import io.github.postgresxa.gid.Participant;
import io.github.postgresxa.gid.Xid8;
import io.github.postgresxa.node.Burst;
import io.github.postgresxa.node.Node;
import io.github.postgresxa.node.Session;
import io.github.postgresxa.node.Wire;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every statement that reads an identity asks whether it belongs to the database: a new statement cannot forget it. */
class EveryStatementTests {

    /** They look for the schema, report where the identity belongs, or change that. */
    private static final Set<String> ASK_WHERE = Set.of("exists", "version", "identity", "newIdentity", "bindHere");

    /** They name no identity: they belong to a transaction that has asked, or follow a statement that has. */
    private static final Set<String> FOLLOW =
            Set.of("commitDurably", "emptied", "recount", "signOfLife", "select", "rows", "quoted");

    private static final NodeIdentity HOME = new NodeIdentity("00000000000000aa");

    private static final Wire NOWHERE = (Wire) Proxy.newProxyInstance(
            Wire.class.getClassLoader(), new Class<?>[] {Wire.class}, (proxy, method, arguments) -> {
                throw new IllegalStateException("no statement is sent here");
            });

    private static final Map<Class<?>, Object> SAMPLES = Map.of(
            TransactionId.class,
            TransactionId.random(),
            NodeIdentity.class,
            HOME,
            Duration.class,
            Duration.ofHours(1),
            ManagerName.class,
            ManagerName.random(),
            String.class,
            "pgxa",
            int.class,
            10,
            long.class,
            0L,
            // Behind a pooler: the session has not identified its server.
            Gid.class,
            new Gid(TransactionId.random(), HOME, HOME),
            Session.class,
            new Session(new Node(new NodeSettings("east", "jdbc:postgresql://x/y", null, null), "test"), NOWHERE),
            DatabaseLocation.class,
            new DatabaseLocation(HOME, false, null, new DatabaseLocation.Spot("1", "2"), "then"));

    static Stream<Method> statements() {
        return Stream.of(
                        LogSql.class,
                        DecisionSql.class,
                        LookupSql.class,
                        RetentionSql.class,
                        IdentitySql.class,
                        ManagerLogSql.class)
                .flatMap(c -> Arrays.stream(c.getDeclaredMethods()))
                .filter(m -> m.getReturnType() == String.class || m.getReturnType() == Burst.class)
                .filter(m -> !Modifier.isPrivate(m.getModifiers()) && !m.isSynthetic());
    }

    private static String text(Method method) throws InvocationTargetException, IllegalAccessException {
        Object[] arguments = new Object[method.getParameterCount()];
        for (int i = 0; i < arguments.length; i++) {
            Class<?> type = method.getParameterTypes()[i];
            if (Collection.class.isAssignableFrom(type)) {
                String element = method.getGenericParameterTypes()[i].getTypeName();
                arguments[i] = element.contains("TransactionId")
                        ? List.of(TransactionId.random())
                        : element.contains("NodeIdentity")
                                ? List.of(HOME)
                                : element.contains("ManagerName")
                                        ? List.of(ManagerName.random())
                                        : element.contains("java.lang.String")
                                                ? List.of("Zw")
                                                : List.of(new Participant(HOME, new Xid8(1), "1:2"));
            } else {
                arguments[i] = type == Burst.class ? new Burst() : SAMPLES.get(type);
            }
            assertThat(arguments[i]).as("a sample of " + type).isNotNull();
        }
        Object statement = method.invoke(instanceOf(method.getDeclaringClass()), arguments);
        return statement instanceof Burst burst ? burst.text() : (String) statement;
    }

    private static @Nullable Object instanceOf(Class<?> statements) {
        if (statements == DecisionSql.class) {
            return new DecisionSql("pgxa", "bank");
        } else if (statements == LookupSql.class) {
            return new LookupSql("pgxa");
        } else if (statements == RetentionSql.class) {
            return new RetentionSql("pgxa");
        }
        if (statements == ManagerLogSql.class) {
            return new ManagerLogSql("pgxa", "bank");
        }
        return statements == IdentitySql.class ? new IdentitySql("pgxa") : null;
    }

    @ParameterizedTest
    @MethodSource("statements")
    void asksWhetherTheIdentityBelongsHere(Method method) throws Exception {
        String sql = text(method);
        int tables = count(sql, "pgxa.node") - count(sql, "update pgxa.node");
        if (FOLLOW.contains(method.getName())) {
            assertThat(sql).doesNotContain("pgxa.node");
        } else if (!ASK_WHERE.contains(method.getName())) {
            assertThat(tables).as(sql).isPositive();
            assertThat(count(sql, LogSql.HERE)).as(sql).isEqualTo(tables);
        }
    }

    /** A transaction may begin long before its decision. The retention counts from the decision. */
    @ParameterizedTest
    @MethodSource("statements")
    void datesEachRowWhenItIsWritten(Method method) throws Exception {
        String sql = text(method);
        assertThat(count(sql, "pg_catalog.clock_timestamp()"))
                .as(sql)
                .isGreaterThanOrEqualTo(count(sql, "insert into pgxa.decision"));
    }

    private static int count(String text, String part) {
        return (text.length() - text.replace(part, "").length()) / part.length();
    }
}
