package io.github.postgresxa.operations;

import java.util.ArrayList;
import java.util.List;

/** Prints findings as text for a console or a log. */
public final class FindingTable {

    /** The width of a log's lines. */
    private static final int LOG = 120;

    private static final String GAP = "  ";

    private final TextLayout layout;
    private final List<String> lines = new ArrayList<>();

    private FindingTable(TextLayout layout) {
        this.layout = layout;
    }

    /**
     * Makes the table in the width of a log.
     *
     * @param findings what was found
     * @param all whether to show also what is as it should be
     * @return the table; one line if there is nothing to show
     */
    public static String of(List<Finding> findings, boolean all) {
        return of(findings, all, LOG);
    }

    /**
     * Makes the table.
     *
     * @param findings what was found
     * @param all whether to show also what is as it should be
     * @param width the longest line; only a longer word makes a longer line
     * @return the table; one line if there is nothing to show
     */
    public static String of(List<Finding> findings, boolean all, int width) {
        List<Finding> shown = findings.stream()
                .filter(f -> all || f.severity() != Severity.OK)
                .toList();
        if (shown.isEmpty()) {
            return "All is well: %d checks found nothing to fix.%n".formatted(findings.size());
        }
        FindingTable table = new FindingTable(new TextLayout(width));
        table.add(shown);
        return String.join(System.lineSeparator(), table.lines) + System.lineSeparator();
    }

    private void add(List<Finding> shown) {
        int node = width(shown.stream().map(Finding::node).toList(), "NODE");
        int severity = width(shown.stream().map(f -> f.severity().name()).toList(), "SEVERITY");
        int check = width(shown.stream().map(Finding::check).toList(), "CHECK");
        add(node, severity, check, "NODE", "SEVERITY", "CHECK", "FINDING");
        for (Finding finding : shown) {
            add(node, severity, check, finding.node(), finding.severity().name(), finding.check(), finding.what());
            paragraph("why", finding.why());
            paragraph("do", finding.advice());
            if (!finding.command().isEmpty()) {
                lines.addAll(layout.command("    run  ", "         ", finding.command()));
            }
        }
    }

    /** Adds the cells of a finding. What was found goes below them where it has too little room beside them. */
    private void add(int node, int severity, int check, String... cells) {
        String left = "%s%s%s%s%s"
                .formatted(padded(cells[0], node), GAP, padded(cells[1], severity), GAP, padded(cells[2], check));
        boolean beside = left.length() + GAP.length() + cells[3].length() <= layout.width();
        if (beside) {
            lines.add(left + GAP + cells[3]);
        } else {
            lines.add(left.stripTrailing());
            paragraph("what", cells[3]);
        }
    }

    private void paragraph(String label, String text) {
        if (!text.isEmpty()) {
            lines.addAll(layout.lines("    " + padded(label, 5), "         ", text));
        }
    }

    private static String padded(String text, int width) {
        return text + " ".repeat(Math.max(0, width - text.length()));
    }

    private static int width(List<String> texts, String title) {
        return Math.max(
                title.length(), texts.stream().mapToInt(String::length).max().orElse(0));
    }
}
