package io.github.postgresxa.operations;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.postgresxa.DecisionSettings;
import io.github.postgresxa.NodeSettings;
import io.github.postgresxa.test.PostgresNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Runs a command that the product prints. SQL runs as a superuser of the node. The words of the command-line jar, which
 * is not there yet when the core is tested, are read as a shell reads them and run by the code behind it; the tests of
 * the jar run it itself.
 */
final class PrintedCommand {

    private static final Pattern WORD = Pattern.compile("(?:\"([^\"]*)\"|'([^']*)'|(\\S))+");
    private static final Pattern PART = Pattern.compile("\"([^\"]*)\"|'([^']*)'|(\\S)");
    private static final String JAR = "$ java -jar postgres-xa-cli.jar ";

    private PrintedCommand() {}

    static void run(String command, PostgresNode node) throws Exception {
        assertThat(command).doesNotContain("…", "...", "<", "NODE");
        if (command.startsWith(JAR)) {
            jar(words(command.substring(JAR.length())), node);
        } else if (command.startsWith("$ ")) {
            shell(command.substring(2));
        } else {
            for (String statement : command.split(";(?=(?:[^']*'[^']*')*[^']*$)")) {
                if (!statement.isBlank()) {
                    node.execute(statement);
                }
            }
        }
    }

    static List<String> words(String line) {
        List<String> words = new ArrayList<>();
        Matcher word = WORD.matcher(line);
        while (word.find()) {
            StringBuilder text = new StringBuilder();
            Matcher part = PART.matcher(word.group());
            while (part.find()) {
                text.append(Stream.of(part.group(1), part.group(2), part.group(3))
                        .filter(g -> g != null)
                        .findFirst()
                        .orElse(""));
            }
            words.add(text.toString());
        }
        return words;
    }

    private static void jar(List<String> words, PostgresNode node) {
        Operations operations = Operations.on(nodes(words), DecisionSettings.DEFAULT);
        switch (words.get(0)) {
            case "schema" -> {
                assertThat(words).containsSubsequence("schema", "--schema", "pgxa", "|", "psql", "-v");
                assertThat(words.get(words.size() - 1)).contains(":" + node.port() + "/" + node.database());
                node.execute(Operations.ddl("pgxa"));
            }
            case "recover" -> assertThat(operations.recover().complete()).isTrue();
            case "adopt" ->
                operations.adopt(new AdoptRequest(
                        words.get(1),
                        Origin.valueOf(words.get(2).toUpperCase(Locale.ROOT)),
                        words.get(words.indexOf("--reason") + 1),
                        "a test",
                        words.contains("--force")));
            default -> throw new AssertionError("nothing runs " + words);
        }
    }

    private static List<NodeSettings> nodes(List<String> words) {
        List<NodeSettings> nodes = new ArrayList<>();
        for (int i = 0; i < words.size() - 1; i++) {
            if (words.get(i).equals("--node")) {
                String[] named = words.get(i + 1).split("=", 2);
                nodes.add(new NodeSettings(named[0], named[1], null, null));
            }
        }
        return nodes;
    }

    /** Only shows more, and only where the program is installed. */
    private static void shell(String command) throws Exception {
        String program = command.split(" ", 2)[0];
        boolean installed = Stream.of(System.getenv("PATH").split(":"))
                .anyMatch(folder -> Files.isExecutable(Path.of(folder, program)));
        if (installed) {
            Process process = new ProcessBuilder("sh", "-c", command)
                    .redirectErrorStream(true)
                    .start();
            String said = new String(process.getInputStream().readAllBytes());
            assertThat(process.waitFor()).as(said).isNotIn(1, 126, 127);
        }
    }
}
