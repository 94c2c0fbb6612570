package io.github.postgresxa.samples.bank.show;

import io.github.postgresxa.samples.bank.embedded.EmbeddedNodes;
import io.github.postgresxa.samples.bank.show.EventFeed.Tone;
import io.github.postgresxa.test.fault.FaultProxy;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Component;
import org.springframework.web.server.ResponseStatusException;

/** Breaks the bank's own nodes, and the network to them. */
@Component
@OnlyEmbedded
final class FaultControls {

    private final EmbeddedNodes nodes;
    private final EventFeed news;
    private final Set<String> frozen = ConcurrentHashMap.newKeySet();
    private final Set<String> cut = ConcurrentHashMap.newKeySet();

    FaultControls(EmbeddedNodes nodes, EventFeed news) {
        this.nodes = nodes;
        this.news = news;
    }

    void kill(String node) {
        var killed = way(node).node();
        news.tell(Tone.HURT, "You killed %s (SIGKILL): the server and all its sessions ended at once.", node);
        killed.kill();
        frozen.remove(node);
    }

    void pause(String node) {
        way(node).node().pause();
        frozen.add(node);
        news.tell(Tone.HURT, "You froze %s: it accepts bytes and never answers, like a lost network.", node);
    }

    void resume(String node) {
        way(node).node().resume();
        if (frozen.remove(node)) {
            news.tell(Tone.PLAIN, "%s continues where it was.", node);
        }
    }

    void cut(String node) {
        way(node).partition();
        cut.add(node);
        news.tell(
                Tone.HURT,
                "You cut the network between the bank and %s. The server itself is fine; transfers that need it "
                        + "are rolled back.",
                node);
    }

    void heal(String node) {
        way(node).heal();
        if (cut.remove(node)) {
            news.tell(Tone.PLAIN, "The network to %s is back.", node);
        }
    }

    /** {@return the fault of the node, in one word as in {@link DashboardState.NodeView}; {@code up} if it has none} */
    String condition(String node) {
        if (!way(node).node().isRunning()) {
            return "down";
        }
        return frozen.contains(node) ? "frozen" : cut.contains(node) ? "cut" : "up";
    }

    /** Undoes the faults that do not end by themselves. */
    void healAll() {
        frozen.forEach(this::resume);
        cut.forEach(this::heal);
    }

    private FaultProxy way(String node) {
        return nodes.proxies().stream()
                .filter(way -> way.node().name().equals(node))
                .findFirst()
                .orElseThrow(() -> new ResponseStatusException(HttpStatus.NOT_FOUND, "There is no node " + node));
    }
}
