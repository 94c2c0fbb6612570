package io.github.postgresxa.reliability.mixed;

import io.github.postgresxa.ManagerKind;
import io.github.postgresxa.reliability.load.Report;
import java.util.List;

/** Writes the figures as a page of the documentation. */
final class MixedPage {

    /** A page of fewer kills, under one of the managers, stays in the build directory. */
    private static final int FOR_THE_RECORD = MixedKills.PIECE;

    private static final List<ManagerKind> MANAGERS = List.of(ManagerKind.ATOMIKOS, ManagerKind.NARAYANA);

    private final MixedFigures figures;
    private final MixedOptions options;

    MixedPage(MixedFigures figures, MixedOptions options) {
        this.figures = figures;
        this.options = options;
    }

    void write() {
        boolean forTheRecord = MANAGERS.stream().allMatch(manager -> figures.kills(manager) >= FOR_THE_RECORD);
        Report.write("mixed", forTheRecord, text());
    }

    private String text() {
        StringBuilder page = new StringBuilder();
        page.append("""
                # Mixed transactions: a broker takes part, and instances are killed

                Written by `MixedKills` (`./mvnw -pl reliability -am verify -Pmixed`); a sample of it runs in every
                build. %s Apache Artemis is the broker. An order is one JTA transaction: a message is consumed, an
                amount moves from one node to the other, the order is noted at both, and a message is sent. In turn,
                the broker or the nodes are prepared first. Of ten orders one is rolled back by the application, and
                one by a node that refuses PREPARE. %d instances get SIGKILL, each at a step that was chosen least
                often before (the thread waits there for it), within 4 ms after one (the thread goes on), while a
                message to a node is on its way or when it is executed, or at any moment; recovery has steps, too.
                A killed instance is started again %s. After each %d kills the instances work until no order is left
                and nothing is prepared at the nodes and at the broker. Then every order must be done once at both
                nodes and confirmed once, and the balances must agree. One that is lost or doubled, or a branch that
                stays prepared, ends the run as failed.

                | | Atomikos | Narayana |
                |---|---:|---:|
                """.formatted(Report.circumstances(), options.instances(), options.text(), MixedKills.PIECE));
        row(page, "**kills**", figures.kills(ManagerKind.ATOMIKOS), figures.kills(ManagerKind.NARAYANA));
        for (String what :
                List.of(MixedFigures.ORDERS, MixedFigures.AUDITS, MixedFigures.BROKER_RESTARTS, MixedFigures.MINUTES)) {
            row(page, what, figures.get(ManagerKind.ATOMIKOS, what), figures.get(ManagerKind.NARAYANA, what));
        }
        for (String broken : List.of("lost", "doubled", "left prepared")) {
            row(page, "**" + broken + "**", 0, 0);
        }
        page.append("""

                ## Kills by step

                At the step, and after it, for each manager. The manager decides with the message MANAGER_DECISION;
                MANAGER_FENCE is the question of recovery. DECISION and FENCE are the rows at the home that follow.

                | step | Atomikos, at | after | Narayana, at | after |
                |---|---:|---:|---:|---:|
                """);
        page.append("| any moment | | %d | | %d |%n"
                .formatted(
                        figures.kills(ManagerKind.ATOMIKOS, CrashPoint.ANY_MOMENT),
                        figures.kills(ManagerKind.NARAYANA, CrashPoint.ANY_MOMENT)));
        figures.steps().forEach(step -> {
            page.append("| ").append(step).append(" |");
            for (ManagerKind manager : MANAGERS) {
                page.append(" %d | %d |"
                        .formatted(
                                figures.kills(manager, new CrashPoint(step, true)),
                                figures.kills(manager, new CrashPoint(step, false))));
            }
            page.append('\n');
        });
        return page.toString();
    }

    private static void row(StringBuilder page, String what, long atomikos, long narayana) {
        page.append("| %s | %d | %d |%n".formatted(what, atomikos, narayana));
    }
}
