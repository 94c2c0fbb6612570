package io.github.postgresxa.cli;

import io.github.postgresxa.InvalidConfigurationException;
import io.github.postgresxa.cli.config.ConfigException;
import io.github.postgresxa.cli.output.Report;
import io.github.postgresxa.cli.output.Text;
import io.github.postgresxa.operations.RefusedException;
import io.github.postgresxa.operations.TextLayout;
import java.io.PrintWriter;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/**
 * The entry point for a DBA: {@code java -jar postgres-xa-cli.jar doctor --node east=jdbc:postgresql://east:5432/bank
 * --user bank}.
 *
 * <p>Exit codes: 0 all is well or done, 1 something is wrong or was refused, 2 the command was not understood.
 */
@Command(
        name = "postgres-xa",
        scope = ScopeType.INHERIT,
        mixinStandardHelpOptions = true,
        versionProvider = Program.class,
        description = "Examines PostgreSQL nodes that take part in transactions over several of them.",
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:All is well, or done.",
            "1:Something is wrong, refused or not known, or a node does not answer.",
            "2:The command or the configuration was not understood; nothing was done."
        },
        footerHeading = "%nPasswords:%n",
        footer = Main.PASSWORDS,
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

    static final String PASSWORDS = "A password is never an argument, which other users of the machine could read. It "
            + "comes from the file of --config, from POSTGRES_XA_NODES_<NODE>_PASSWORD or PGPASSWORD in the "
            + "environment, from ~/.pgpass or the file that PGPASSFILE names, or from a prompt (--password).";

    private static final String JSON = "--json";

    @Option(
            names = JSON,
            scope = ScopeType.INHERIT,
            description = "Print one JSON document and nothing else: command, exitCode, and result or error.")
    private boolean json;

    @Spec
    private CommandSpec spec;

    @SuppressWarnings("NullAway.Init") // picocli sets the fields.
    private Main() {}

    boolean json() {
        return json;
    }

    /** Prints the usage if there is no command. */
    @Override
    public Integer call() {
        if (json) {
            throw new ParameterException(spec.commandLine(), "Name a command.");
        }
        spec.commandLine().usage(spec.commandLine().getErr());
        return 2;
    }

    /**
     * Runs one command and exits with its code.
     *
     * @param arguments a command and its options
     */
    public static void main(String[] arguments) {
        // Nothing is logged: what a command has to say it prints.
        System.setProperty("slf4j.internal.verbosity", "ERROR");
        System.exit(run(new PrintWriter(System.out, true), new PrintWriter(System.err, true), arguments));
    }

    static int run(PrintWriter out, PrintWriter err, String... arguments) {
        boolean json = List.of(arguments).contains(JSON);
        return commandLine(new Main())
                .setOut(out)
                .setErr(err)
                .setParameterExceptionHandler((problem, all) -> misunderstood(problem, json))
                .setExecutionExceptionHandler((problem, command, parsed) -> failed(problem, command, parsed, json))
                .execute(Arrays.stream(arguments)
                        .map(TransactionName::protectedArgument)
                        .toArray(String[]::new));
    }

    private static CommandLine commandLine(Main main) {
        return new CommandLine(main)
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setUsageHelpWidth(Math.max(55, NodeCommand.width()));
    }

    private static int misunderstood(ParameterException problem, boolean json) {
        CommandLine command = problem.getCommandLine();
        String name = command.getCommandName();
        String help = name.equals("postgres-xa") ? "--help" : name + " --help";
        return report(
                command, 2, "%s Read: %s %s".formatted(Misunderstanding.of(problem), Program.words(), help), json);
    }

    private static int failed(Exception problem, CommandLine command, ParseResult parsed, boolean json) {
        if (problem instanceof RefusedException) {
            return report(command, 1, Misunderstanding.sentence(problem), json);
        }
        if (problem instanceof ConfigException
                || problem instanceof InvalidConfigurationException
                || problem instanceof IllegalArgumentException) {
            return report(command, 2, Misunderstanding.sentence(problem), json);
        }
        report(command, 1, "This is a defect of postgres-xa. Please report it with what follows.", json);
        problem.printStackTrace(command.getErr());
        return 1;
    }

    private static int report(CommandLine command, int exit, String sentence, boolean json) {
        if (json) {
            Report.error(command.getOut(), command.getCommandName(), exit, sentence);
        } else {
            new TextLayout(Text.width(System.getenv())).lines("", "", sentence).forEach(command.getErr()::println);
        }
        return exit;
    }
}
