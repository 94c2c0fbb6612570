package io.github.postgresxa.cli;

import io.github.postgresxa.operations.Finding;
import io.github.postgresxa.operations.FindingTable;
import io.github.postgresxa.operations.Operations;
import io.github.postgresxa.operations.Severity;
import java.io.PrintWriter;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
        name = "doctor",
        mixinStandardHelpOptions = true,
        description = "Examines each node: what is wrong, why it matters, and the command that fixes it. Exit code 1 "
                + "if anything is worse than a notice.")
final class DoctorCommand extends NodeCommand {

    @Option(names = "--all", description = "Also show what is in order.")
    private boolean all;

    private DoctorCommand() {}

    @Override
    int run(Operations operations, PrintWriter out) {
        List<Finding> findings = operations.doctor();
        out.print(FindingTable.of(findings, all, Integer.MAX_VALUE));
        return findings.stream().anyMatch(f -> f.severity().compareTo(Severity.NOTICE) > 0) ? 1 : 0;
    }
}
