package io.github.postgresxa.cli;

import io.github.postgresxa.DecisionSettings;
import io.github.postgresxa.cli.output.Answer;
import io.github.postgresxa.cli.output.Fields;
import io.github.postgresxa.cli.output.Report;
import io.github.postgresxa.decision.DecisionSchema;
import io.github.postgresxa.operations.Operations;
import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

@Command(
        name = "schema",
        description = "Prints the DDL of the decision log, all versions in order, for psql or a migration tool. It can "
                + "be run again at any time and upgrades an older version.")
final class SchemaCommand implements Callable<Integer> {

    @ParentCommand
    private Main main;

    @Option(
            names = "--schema",
            paramLabel = "<name>",
            defaultValue = "pgxa",
            description = "The schema's name; default ${DEFAULT-VALUE}.")
    private String schema;

    @Spec
    private CommandSpec spec;

    @SuppressWarnings("NullAway.Init") // picocli sets the fields.
    private SchemaCommand() {}

    @Override
    public Integer call() {
        String checked = new DecisionSettings(schema, false, Duration.ZERO, false).schema();
        String ddl = Operations.ddl(checked) + ";";
        return Report.answer(
                spec.commandLine().getOut(),
                spec.name(),
                new Answer(
                        true,
                        ddl.lines().toList(),
                        Fields.of("schema", checked, "version", DecisionSchema.VERSION, "ddl", ddl)),
                main.json());
    }
}
