package io.github.postgresxa.cli;

import io.github.postgresxa.configuration.Spelling;
import io.github.postgresxa.log.Sanitizer;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import picocli.CommandLine;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** Says in a sentence what was not understood, and what may have been meant. */
final class Misunderstanding {

    private Misunderstanding() {}

    static String of(ParameterException problem) {
        if (!(problem instanceof UnmatchedArgumentException unmatched)) {
            ArgSpec argument = problem.getArgSpec();
            String value = problem.getValue();
            return argument == null || value == null ? sentence(problem) : notPossible(argument, value, problem);
        }
        CommandLine command = problem.getCommandLine();
        String word = Sanitizer.escaped(unmatched.getUnmatched().get(0));
        boolean option = unmatched.isUnknownOption();
        Set<String> known = option
                ? command.getCommandSpec().optionsMap().keySet()
                : command.getSubcommands().keySet();
        String meant = Spelling.nearest(word, known)
                .map(" Did you mean %s?"::formatted)
                .orElse("");
        if (option) {
            return "There is no option %s.%s".formatted(word, meant);
        }
        return known.isEmpty()
                ? "'%s' is one argument too many.".formatted(word)
                : "There is no command '%s'; the commands are: %s.%s".formatted(word, String.join(", ", known), meant);
    }

    private static String notPossible(ArgSpec argument, String value, ParameterException problem) {
        String name = argument instanceof OptionSpec option ? option.longestName() : argument.paramLabel();
        String what = "'%s' is not possible for %s: give ".formatted(Sanitizer.escaped(value), name);
        Class<?> type = argument.type();
        if (type.equals(int.class)) {
            return what + "a whole number.";
        }
        if (!type.isEnum()) {
            return sentence(problem);
        }
        List<String> words = Arrays.stream(type.getEnumConstants())
                .map(word -> word.toString().toLowerCase(Locale.ROOT))
                .toList();
        return what + String.join(", ", words.subList(0, words.size() - 1)) + " or " + words.get(words.size() - 1) + "."
                + Spelling.nearest(value.toLowerCase(Locale.ROOT), words)
                        .map(" Did you mean %s?"::formatted)
                        .orElse("");
    }

    /** {@return the message as a sentence} */
    static String sentence(Exception problem) {
        String words = Sanitizer.oneLine(String.valueOf(problem.getMessage()));
        String message = words.substring(0, Math.min(1, words.length())).toUpperCase(Locale.ROOT)
                + words.substring(Math.min(1, words.length()));
        return message.endsWith(".") || message.endsWith(";") ? message : message + ".";
    }
}
