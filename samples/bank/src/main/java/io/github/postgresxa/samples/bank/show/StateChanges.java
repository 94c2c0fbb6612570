package io.github.postgresxa.samples.bank.show;

import static io.github.postgresxa.samples.bank.show.EventFeed.brief;

import io.github.postgresxa.samples.bank.show.DashboardState.NodeView;
import io.github.postgresxa.samples.bank.show.DashboardState.Waiting;
import io.github.postgresxa.samples.bank.show.EventFeed.Tone;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.springframework.stereotype.Component;

/** Reports what changes from one state to the next, for spectators who look away for a moment. */
@Component
final class StateChanges {

    private static final Set<String> OUT_OF_REACH = Set.of("frozen", "cut", "silent");

    private final EventFeed news;
    private final Map<String, String> conditions = new HashMap<>();
    private final Set<String> prepared = new HashSet<>();
    private final Set<String> doubts = new HashSet<>();
    private boolean incident;
    private boolean wrong;

    StateChanges(EventFeed news) {
        this.news = news;
    }

    void see(DashboardState state) {
        state.nodes().forEach(this::node);
        state.waiting().forEach(this::waiting);
        if (state.waiting().isEmpty()) {
            prepared.clear();
            doubts.clear();
        }
        boolean calm = state.waiting().isEmpty()
                && state.hold().equals("none")
                && state.nodes().stream().allMatch(node -> node.condition().equals("up"));
        money(state.audit(), calm);
    }

    private void node(NodeView node) {
        var before = conditions.put(node.name(), node.condition());
        var now = node.condition();
        if (before == null || before.equals(now)) {
            return;
        }
        if (now.equals("down")) {
            news.tell(
                    Tone.HURT,
                    "%s is down. The supervisor starts it again in 3 seconds; what it had prepared or committed "
                            + "survives.",
                    node.name());
        } else if (before.equals("down")) {
            news.tell(Tone.PLAIN, "%s was started again and has recovered from its crash.", node.name());
        } else if (now.equals("silent") && before.equals("up")) {
            news.tell(
                    Tone.DOUBT,
                    "The bank does not reach %s: transfers that need it are refused or rolled back.",
                    node.name());
        }
        if (now.equals("up") && !before.equals("down") || now.equals("up") && OUT_OF_REACH.contains(before)) {
            news.tell(Tone.GOOD, "The bank reaches %s again.", node.name());
        }
    }

    private void waiting(Waiting branch) {
        var key = branch.node() + branch.id();
        if ((branch.doubt() || branch.seconds() > 0) && prepared.add(key)) {
            news.tell(
                    Tone.DOUBT,
                    "The branch of %s on %s is prepared and waits. Its outcome must not be guessed.",
                    brief(branch.id()),
                    branch.node());
        }
        if (branch.doubt() && doubts.add(key)) {
            news.tell(Tone.DOUBT, "%s on %s is in doubt: %s.", brief(branch.id()), branch.node(), branch.reason());
        }
    }

    private void money(Audit audit, boolean calm) {
        incident |= !calm;
        if (audit.verdict().equals(Audit.WRONG) != wrong) {
            wrong = !wrong;
            if (wrong) {
                news.tell(Tone.BAD, "The total is %,d and should be %,d.", audit.total(), audit.expected());
            }
        }
        if (incident && calm && audit.verdict().equals(Audit.CONSTANT) && audit.onTheWay() == 0) {
            incident = false;
            news.tell(
                    Tone.GOOD,
                    "All is settled: nothing is left prepared, and the total is %,d as before.",
                    audit.total());
        }
    }
}
