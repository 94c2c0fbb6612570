package io.github.postgresxa.cli;

import io.github.postgresxa.operations.Finding;
import io.github.postgresxa.operations.FindingTable;
import io.github.postgresxa.operations.Severity;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
        name = "doctor",
        mixinStandardHelpOptions = true,
        description =
                "Examines each node: what is wrong, why it matters, and the command that mends it. Exit code 1 if anything is worse than a notice.")
final class DoctorCommand implements Callable<Integer> {

    @Mixin
    private NodeOptions nodes;

    @Option(names = "--all", description = "Shows also what is as it should be.")
    private boolean all;

    @Spec
    private CommandSpec spec;

    @SuppressWarnings("NullAway.Init") // picocli sets the fields.
    private DoctorCommand() {}

    @Override
    public Integer call() {
        List<Finding> findings = nodes.operations().doctor();
        spec.commandLine().getOut().print(FindingTable.of(findings, all));
        spec.commandLine().getOut().flush();
        return findings.stream().anyMatch(f -> f.severity().compareTo(Severity.NOTICE) > 0) ? 1 : 0;
    }
}
