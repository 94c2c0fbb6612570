package io.github.postgresxa.cli;

import io.github.postgresxa.InvalidConfigurationException;
import io.github.postgresxa.operations.RefusedException;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/**
 * The entry point for a DBA: {@code java -jar postgres-xa-cli.jar doctor --node east=jdbc:postgresql://east:5432/bank
 * --user bank}.
 *
 * <p>Exit codes: 0 all is well or done, 1 something is wrong or was refused, 2 the command was not understood.
 */
@Command(
        name = "postgres-xa",
        mixinStandardHelpOptions = true,
        version = "postgres-xa",
        description = "Examines PostgreSQL nodes that take part in transactions over several of them.",
        subcommands = {
            DoctorCommand.class,
            ListCommand.class,
            ExplainCommand.class,
            RecoverCommand.class,
            ResolveCommand.class,
            AdoptCommand.class,
            SchemaCommand.class
        })
public final class Main implements Callable<Integer> {

    private Main() {}

    /** Prints the usage if there is no command. */
    @Override
    public Integer call() {
        CommandLine.usage(this, System.err);
        return CommandLine.ExitCode.USAGE;
    }

    /**
     * Runs one command and exits with its code.
     *
     * @param arguments a command and its options
     */
    public static void main(String[] arguments) {
        System.exit(run(arguments));
    }

    static int run(String... arguments) {
        return new CommandLine(new Main())
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setExecutionExceptionHandler((problem, command, parsed) -> {
                    if (problem instanceof RefusedException
                            || problem instanceof InvalidConfigurationException
                            || problem instanceof IllegalArgumentException) {
                        command.getErr().println(problem.getMessage());
                        return CommandLine.ExitCode.SOFTWARE;
                    }
                    throw problem;
                })
                .execute(arguments);
    }
}
