package io.github.postgresxa.cli;

import java.io.IOException;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A page of prose and console blocks, which are played in their order: each block becomes what was printed. */
final class TranscriptPage {

    /** What the page asks for. */
    interface Stage {

        /** Lets something happen that no command of the page does. */
        void turn(String name) throws Exception;

        /** {@return what an alert says about a node} */
        String alert(String name, String node) throws IOException;

        /** {@return what a command of the shell prints} */
        String output(String command) throws Exception;
    }

    static final int WIDTH = 80;

    private static final Pattern PART = Pattern.compile("(?ms)^<!-- night: (?<turn>[^>]*) -->$"
            + "|^```text alert (?<alert>\\w+) (?<node>\\w+)\\n.*?^```$"
            + "|^```console\\n(?<command>\\$ (?:[^\\n]*\\\\\\n)*[^\\n]*)\\n.*?^```$");

    private TranscriptPage() {}

    /** {@return the page with the output of this run} */
    static String played(String page, Stage stage) throws Exception {
        Matcher part = PART.matcher(page);
        StringBuilder played = new StringBuilder();
        while (part.find()) {
            String text = part.group();
            if (part.group("turn") != null) {
                stage.turn(part.group("turn"));
            } else if (part.group("alert") != null) {
                String head = text.substring(0, text.indexOf('\n') + 1);
                text = head + stage.alert(part.group("alert"), part.group("node")) + "```";
            } else {
                String command = part.group("command");
                text = "```console\n" + command + "\n" + stage.output(command.substring(2)) + "```";
            }
            part.appendReplacement(played, Matcher.quoteReplacement(text));
        }
        return part.appendTail(played).toString();
    }

    /** {@return the page without its line breaks: a time of one more digit breaks a line elsewhere} */
    static String squeezed(String page) {
        return page.replace(" \\\n", " ").replaceAll("\\s+", " ");
    }

    /** {@return the lines that only one of two pages has, in their order} */
    static String difference(String expected, String actual) {
        List<String> before = expected.lines().toList();
        List<String> after = actual.lines().toList();
        int[][] common = new int[before.size() + 1][after.size() + 1];
        for (int i = before.size() - 1; i >= 0; i--) {
            for (int j = after.size() - 1; j >= 0; j--) {
                common[i][j] = before.get(i).equals(after.get(j))
                        ? common[i + 1][j + 1] + 1
                        : Math.max(common[i + 1][j], common[i][j + 1]);
            }
        }
        StringBuilder text = new StringBuilder();
        int i = 0;
        int j = 0;
        while (i < before.size() || j < after.size()) {
            if (i < before.size() && j < after.size() && before.get(i).equals(after.get(j))) {
                i++;
                j++;
            } else if (j == after.size() || i < before.size() && common[i + 1][j] >= common[i][j + 1]) {
                text.append("line %d: - %s%n".formatted(i + 1, before.get(i++)));
            } else {
                text.append("line %d: + %s%n".formatted(i + 1, after.get(j++)));
            }
        }
        return text.toString();
    }

    /** {@return the lines of all blocks that are too wide for a console; a name may be} */
    static List<String> tooWide(String page) {
        return Pattern.compile("(?ms)^```.*?^```$")
                .matcher(page)
                .results()
                .flatMap(block -> block.group().lines())
                .filter(line -> line.length() > WIDTH && line.strip().contains(" "))
                .toList();
    }
}
