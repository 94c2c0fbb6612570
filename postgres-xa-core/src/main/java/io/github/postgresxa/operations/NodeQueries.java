package io.github.postgresxa.operations;

import io.github.postgresxa.log.Sanitizer;
import io.github.postgresxa.node.ConnectionFailure;
import io.github.postgresxa.node.Dispatch;
import io.github.postgresxa.node.Node;
import io.github.postgresxa.node.Wire;
import java.sql.SQLException;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Queries all nodes at once, over connections that are opened for one query and closed after it. */
final class NodeQueries {

    private final List<Node> nodes;
    private final Executor executor;

    NodeQueries(List<Node> nodes, Executor executor) {
        this.nodes = List.copyOf(nodes);
        this.executor = executor;
    }

    List<Node> nodes() {
        return nodes;
    }

    /**
     * Finds a node by the name that a person gives.
     *
     * @throws RefusedException if there is none
     */
    Node named(String name) {
        return nodes.stream()
                .filter(n -> n.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new RefusedException("There is no node '%s'; these are known: %s. Nothing was done."
                        .formatted(name, nodes.stream().map(Node::name).collect(Collectors.joining(", ")))));
    }

    /** A query to one node. */
    interface Question<T> {
        T ask(Node node, Wire wire) throws SQLException;
    }

    /**
     * The answers by node, in the order of the nodes.
     *
     * @param answers of the nodes that answered
     * @param unreachable what went wrong with the others
     * @param failures why those of the others that gave no connection gave none
     */
    record Answers<T>(Map<Node, T> answers, Map<String, String> unreachable, Map<String, ConnectionFailure> failures) {}

    private record Answer<T>(
            Node node, T value, String problem, @Nullable ConnectionFailure failure) {}

    /** Queries all nodes as recovery does, with its role. */
    <T> Answers<T> ask(Question<T> question) {
        return ask(nodes, question);
    }

    /** Queries some of the nodes. */
    <T> Answers<T> ask(Collection<Node> some, Question<T> question) {
        List<CompletableFuture<Answer<T>>> asked =
                some.stream().map(node -> asked(node, question)).toList();
        Map<Node, T> answers = new LinkedHashMap<>();
        Map<String, String> unreachable = new LinkedHashMap<>();
        Map<String, ConnectionFailure> failures = new LinkedHashMap<>();
        for (CompletableFuture<Answer<T>> future : asked) {
            Answer<T> answer = future.join();
            if (answer.problem.isEmpty()) {
                answers.put(answer.node, answer.value);
            } else {
                unreachable.put(answer.node.name(), answer.problem);
                if (answer.failure != null) {
                    failures.put(answer.node.name(), answer.failure);
                }
            }
        }
        return new Answers<>(answers, unreachable, failures);
    }

    private <T> CompletableFuture<Answer<T>> asked(Node node, Question<T> question) {
        CompletableFuture<Answer<T>> asked = new CompletableFuture<>();
        Dispatch.somewhere(executor, () -> asked.complete(answer(node, question)));
        return asked;
    }

    // The value of a problem is never read.
    @SuppressWarnings("NullAway")
    private static <T> Answer<T> answer(Node node, Question<T> question) {
        Wire open;
        try {
            open = node.connectForRecovery();
        } catch (Throwable e) {
            ConnectionFailure failure = ConnectionFailure.of(e);
            return new Answer<>(node, null, Sanitizer.oneLine(failure.sentences()), failure);
        }
        try (Wire wire = open) {
            return new Answer<>(node, question.ask(node, wire), "", null);
        } catch (SQLException e) {
            return new Answer<>(node, null, sentence(e), null);
        } catch (Throwable e) {
            // An error of one node must not hide the answers of the others.
            return new Answer<>(
                    node,
                    null,
                    "it could not be asked, or its answer not be read: " + Sanitizer.oneLine(e.toString()),
                    null);
        }
    }

    /** {@return the result of a task on another thread} */
    <T> CompletableFuture<T> run(Supplier<T> task) {
        CompletableFuture<T> done = new CompletableFuture<>();
        Dispatch.somewhere(executor, () -> {
            try {
                done.complete(task.get());
            } catch (Throwable e) {
                done.completeExceptionally(e);
            }
        });
        return done;
    }

    /** {@return nodes, each with its problem, as words within a sentence} */
    static String inWords(Map<String, String> problems) {
        return problems.entrySet().stream()
                .map(each -> "%s (%s)".formatted(each.getKey(), each.getValue().replaceFirst("\\.$", "")))
                .collect(Collectors.joining(", "));
    }

    static String sentence(Throwable e) {
        return Sanitizer.oneLine(e instanceof SQLException ? String.valueOf(e.getMessage()) : e.toString());
    }
}
