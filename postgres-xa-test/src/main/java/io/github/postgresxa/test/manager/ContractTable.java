package io.github.postgresxa.test.manager;

import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The claims of {@link JtaManagerContract} and {@link SpringManagerContract} as a table for the documentation. */
public final class ContractTable {

    private ContractTable() {}

    /** {@return a Markdown table: each claim, and which managers do something else} */
    public static String markdown() {
        StringBuilder table = new StringBuilder("| applications may rely on | except |\n|---|---|\n");
        for (Class<?> group : groups()) {
            Subject subject = group.getAnnotation(Subject.class);
            table.append("| **").append(subject.value()).append("** | |\n");
            claims(group)
                    .forEach(claim -> table.append("| ")
                            .append(claim.value())
                            .append(" | ")
                            .append(exceptions(claim))
                            .append(" |\n"));
        }
        return table.toString();
    }

    private static List<Class<?>> groups() {
        List<Class<?>> groups = new ArrayList<>(List.of(JtaManagerContract.class.getInterfaces()));
        groups.addAll(List.of(SpringManagerContract.class.getInterfaces()));
        return groups;
    }

    /** Sorted, because a class does not tell the order of its methods. */
    private static List<Claim> claims(Class<?> group) {
        return Stream.of(group.getDeclaredMethods())
                .filter(method -> method.isAnnotationPresent(Claim.class))
                .map((Method method) -> method.getAnnotation(Claim.class))
                .sorted((one, other) -> one.value().compareTo(other.value()))
                .toList();
    }

    private static String exceptions(Claim claim) {
        return Stream.of(claim.differs())
                .map(difference -> "%s: %s".formatted(managersWith(difference), difference.text()))
                .collect(Collectors.joining("; "));
    }

    private static String managersWith(Difference difference) {
        return Arrays.stream(KnownManager.values())
                .filter(manager -> manager.differences().contains(difference))
                .map(KnownManager::title)
                .collect(Collectors.joining(", "));
    }
}
