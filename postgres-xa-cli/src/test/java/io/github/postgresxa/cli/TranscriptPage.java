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

    /** {@return what one page has instead of the other} */
    static String difference(String expected, String actual) {
        List<String> before = expected.lines().toList();
        List<String> after = actual.lines().toList();
        int same = 0;
        int most = Math.min(before.size(), after.size());
        while (same < most && before.get(same).equals(after.get(same))) {
            same++;
        }
        int end = 0;
        while (end < most - same && before.get(before.size() - 1 - end).equals(after.get(after.size() - 1 - end))) {
            end++;
        }
        return "from line %d:%n".formatted(same + 1)
                + lines("- ", before.subList(same, before.size() - end))
                + lines("+ ", after.subList(same, after.size() - end));
    }

    private static String lines(String sign, List<String> lines) {
        StringBuilder text = new StringBuilder();
        lines.forEach(line -> text.append(sign).append(line).append('\n'));
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
