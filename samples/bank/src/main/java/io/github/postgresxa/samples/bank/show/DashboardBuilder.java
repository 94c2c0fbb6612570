package io.github.postgresxa.samples.bank.show;

import io.github.postgresxa.InDoubtBranch;
import io.github.postgresxa.NodeStatus;
import io.github.postgresxa.PostgresXa;
import io.github.postgresxa.samples.bank.show.DashboardState.NodeView;
import io.github.postgresxa.samples.bank.show.DashboardState.UnderWay;
import io.github.postgresxa.samples.bank.show.DashboardState.Waiting;
import io.github.postgresxa.samples.bank.show.Reading.Prepared;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.stereotype.Component;

/** Assembles what a page shows. Nothing here waits for a node. */
@Component
final class DashboardBuilder {

    private static final Duration A_MOMENT = Duration.ofMillis(300);
    private static final String COORDINATOR = "Its coordinator will finish it, or recovery will in a few seconds.";

    private final PostgresXa xa;
    private final Auditor auditor;
    private final TransactionFeed spectator;
    private final @Nullable Buttons buttons;

    DashboardBuilder(PostgresXa xa, Auditor auditor, TransactionFeed spectator, ObjectProvider<Buttons> buttons) {
        this.xa = xa;
        this.auditor = auditor;
        this.spectator = spectator;
        this.buttons = buttons.getIfAvailable();
    }

    DashboardState look() {
        return new DashboardState(
                buttons != null,
                auditor.audit(),
                xa.nodes().stream().map(this::view).toList(),
                waiting(),
                underWay(),
                spectator.counts(),
                buttons != null && buttons.load().isRunning(),
                buttons == null ? "none" : buttons.hold().state(),
                buttons == null ? "none" : buttons.crash().state());
    }

    private NodeView view(NodeStatus seen) {
        var condition = buttons == null ? "up" : buttons.ways().condition(seen.name());
        if (condition.equals("up") && (!seen.reachable() || seen.problem() != null)) {
            condition = "silent";
        }
        return new NodeView(seen.name(), condition, seen.serverVersion(), seen.problem());
    }

    /**
     * What the databases show, with the reason that the bank knows. For a node that does not answer, what the bank
     * remembers.
     */
    private List<Waiting> waiting() {
        Map<String, Waiting> all = new LinkedHashMap<>();
        for (Prepared branch : auditor.prepared()) {
            all.put(
                    branch.node() + branch.id(),
                    new Waiting(branch.node(), branch.id(), (long) branch.seconds(), false, COORDINATOR));
        }
        for (InDoubtBranch branch : xa.inDoubt()) {
            var id = branch.transaction().toString();
            all.put(
                    branch.node() + id,
                    new Waiting(branch.node(), id, branch.age().toSeconds(), true, branch.reason()));
        }
        return List.copyOf(all.values());
    }

    private List<UnderWay> underWay() {
        return xa.activeTransactions().stream()
                .filter(active -> active.age().compareTo(A_MOMENT) > 0)
                .map(active -> new UnderWay(
                        active.id().toString(),
                        active.phase().name().toLowerCase(Locale.ROOT),
                        active.age().toSeconds(),
                        active.nodes()))
                .toList();
    }
}
