package io.github.postgresxa.operations;

import java.util.ArrayList;
import java.util.List;

/** Prints findings as one table of text, for a console or a log. */
public final class FindingTable {

    private FindingTable() {}

    /**
     * Makes the table.
     *
     * @param findings what was found
     * @param all whether to show also what is as it should be
     * @return the table; one line if there is nothing to show
     */
    public static String of(List<Finding> findings, boolean all) {
        List<Finding> shown = findings.stream()
                .filter(f -> all || f.severity() != Severity.OK)
                .toList();
        if (shown.isEmpty()) {
            return "All is well: %d checks found nothing to mend.%n".formatted(findings.size());
        }
        int node = width(shown.stream().map(Finding::node).toList(), "node");
        int check = width(shown.stream().map(Finding::check).toList(), "check");
        StringBuilder table = new StringBuilder();
        line(table, node, check, "node", "check", "", "what");
        for (Finding finding : shown) {
            line(
                    table,
                    node,
                    check,
                    finding.node(),
                    finding.check(),
                    finding.severity().name(),
                    finding.what());
            for (String more : explanation(finding)) {
                line(table, node, check, "", "", "", more);
            }
        }
        return table.toString();
    }

    private static List<String> explanation(Finding finding) {
        List<String> lines = new ArrayList<>();
        if (!finding.why().isEmpty()) {
            lines.add("  why:  " + finding.why());
        }
        if (!finding.command().isEmpty()) {
            lines.add("  mend: " + finding.command());
        }
        return lines;
    }

    private static int width(List<String> texts, String title) {
        return Math.max(
                title.length(), texts.stream().mapToInt(String::length).max().orElse(0));
    }

    private static void line(StringBuilder table, int node, int check, String... cells) {
        table.append("%-"
                        .concat(node + "s  %-")
                        .concat(check + "s  %-7s  %s")
                        .formatted((Object[]) cells)
                        .stripTrailing())
                .append(System.lineSeparator());
    }
}
