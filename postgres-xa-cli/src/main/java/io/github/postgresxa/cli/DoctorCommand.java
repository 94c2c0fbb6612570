package io.github.postgresxa.cli;

import io.github.postgresxa.cli.output.Answer;
import io.github.postgresxa.cli.output.Fields;
import io.github.postgresxa.operations.Finding;
import io.github.postgresxa.operations.FindingTable;
import io.github.postgresxa.operations.Operations;
import io.github.postgresxa.operations.Severity;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
        name = "doctor",
        description =
                "Examines each node: what is wrong, why it matters, and what fixes it. Exit code 1 if anything is "
                        + "worse than a notice.")
final class DoctorCommand extends NodeCommand {

    @Option(names = "--all", description = "Also show what is in order.")
    private boolean all;

    private DoctorCommand() {}

    @Override
    Answer run(Operations operations) {
        List<Finding> findings = operations.doctor();
        Severity worst = findings.stream()
                .map(Finding::severity)
                .max(Comparator.naturalOrder())
                .orElse(Severity.OK);
        List<String> lines =
                new ArrayList<>(FindingTable.of(findings, all, width()).lines().toList());
        if (findings.stream().anyMatch(f -> f.advice().contains("password"))) {
            lines.add("");
            lines.addAll(password());
        }
        return new Answer(
                worst.compareTo(Severity.NOTICE) <= 0,
                lines,
                Fields.of(
                        "worst",
                        worst,
                        "findings",
                        findings.stream()
                                .filter(f -> all || f.severity() != Severity.OK)
                                .map(Fields::of)
                                .toList()));
    }
}
