package io.github.postgresxa.cli;

import io.github.postgresxa.cli.output.Answer;
import io.github.postgresxa.cli.output.Fields;
import io.github.postgresxa.cli.output.Text;
import io.github.postgresxa.operations.Finding;
import io.github.postgresxa.operations.Operations;
import io.github.postgresxa.operations.PreparedExplanation;
import io.github.postgresxa.operations.PreparedTransaction;
import io.github.postgresxa.operations.RefusedException;
import java.util.List;
import java.util.stream.Collectors;

/**
 * What is prepared by others: it is shown with all of its branches, and with the way in which its owner settles it, and
 * never touched.
 */
final class ForeignTransaction {

    private final TransactionName name;
    private final PreparedExplanation found;
    private final List<Finding> settling;

    ForeignTransaction(TransactionName name, Operations operations) {
        this.name = name;
        this.found = name.explained(operations);
        this.settling = found.transaction().branches().stream()
                .map(operations::howToSettle)
                .toList();
    }

    Answer explained() {
        PreparedTransaction transaction = found.transaction();
        Text text = NodeCommand.text();
        if (settling.isEmpty()) {
            text.add(0, name.unknown());
        } else {
            text.add(0, "Transaction " + transaction.id());
            if (transaction.xid() != null) {
                text.add(
                        2,
                        "format id %d, global id %s"
                                .formatted(
                                        transaction.xid().formatId(),
                                        transaction.xid().globalId()));
            }
            text.add(2, found.summary());
        }
        for (Finding finding : settling) {
            text.line("");
            text.add(0, "On node '%s': %s.".formatted(finding.node(), finding.what()));
            text.add(2, finding.why());
            found.branches().stream()
                    .filter(branch -> branch.node().equals(finding.node())
                            && finding.what().startsWith("'%s'".formatted(branch.gid())))
                    .forEach(branch -> ExplainCommand.addLocks(text, branch));
            text.add(2, finding.advice());
            text.command(4, finding.command());
        }
        NodeCommand.unreachable(text, found.unreachable());
        return new Answer(
                !settling.isEmpty() && found.unreachable().isEmpty(),
                text.lines(),
                Fields.of(
                        "gid",
                        name,
                        "transaction",
                        transaction.id(),
                        "summary",
                        found.summary(),
                        "entries",
                        Fields.of(transaction.branches()),
                        "notPreparedOn",
                        transaction.notPreparedOn(),
                        "branches",
                        found.branches().stream().map(ExplainCommand::json).toList(),
                        "findings",
                        settling.stream().map(Fields::of).toList(),
                        "unreachable",
                        found.unreachable()));
    }

    /** {@return why it is not settled from here} */
    RefusedException refusal() {
        if (settling.isEmpty()) {
            return new RefusedException(name.unknown()
                    + (found.unreachable().isEmpty()
                            ? ""
                            : " These do not answer: %s."
                                    .formatted(String.join(
                                            ", ", found.unreachable().keySet()))));
        }
        return new RefusedException("This is not ours to settle, and nothing was done. "
                + settling.stream()
                        .map(f -> "On node '%s': %s. %s %s".formatted(f.node(), f.what(), f.advice(), f.command()))
                        .collect(Collectors.joining(" ")));
    }
}
