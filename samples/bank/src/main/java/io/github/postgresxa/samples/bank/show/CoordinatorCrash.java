package io.github.postgresxa.samples.bank.show;

import static io.github.postgresxa.samples.bank.show.EventFeed.brief;

import io.github.postgresxa.Outcome;
import io.github.postgresxa.TransactionId;
import io.github.postgresxa.XaListener;
import io.github.postgresxa.samples.bank.embedded.EmbeddedNodes;
import io.github.postgresxa.samples.bank.show.EventFeed.Tone;
import io.github.postgresxa.test.PostgresNode;
import io.github.postgresxa.test.fault.Fault;
import io.github.postgresxa.test.fault.MessageKind;
import io.github.postgresxa.test.fault.Position;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/**
 * Kills a second coordinator between prepare and decision, as if its host lost power: its decision is sent and does
 * not arrive, and the servers do not learn that their client has gone. When recovery has settled the transaction, the
 * decision arrives late.
 */
@Component
@OnlyEmbedded
final class CoordinatorCrash implements XaListener {

    private static final Logger LOG = LoggerFactory.getLogger(CoordinatorCrash.class);
    /** How many times in a row its branch must be missing before it counts as settled: it may not be visible yet. */
    private static final int SETTLED = 20;

    private static final String DECISION = "select outcome::text from pgxa.decision where gtrid = ?::uuid";

    private final EmbeddedNodes nodes;
    private final StepBuffer feed;
    private final EventFeed news;
    private @Nullable CoordinatorProcess spare;
    private @Nullable Fault late;
    private @Nullable String victim;
    private String name = "";
    private String state = "none";
    private boolean asked;
    private boolean open;
    private int started;
    private int sightings;

    CoordinatorCrash(EmbeddedNodes nodes, StepBuffer feed, EventFeed news) {
        this.nodes = nodes;
        this.feed = feed;
        this.news = news;
    }

    /** {@return as {@link DashboardState#coordinator} has it} */
    synchronized String state() {
        return state;
    }

    /**
     * Checks on it from time to time. A virtual machine takes its time to start, so one is kept ready.
     *
     * @param prepared the transactions that have prepared branches; null if a node does not answer
     */
    synchronized void look(@Nullable Set<String> prepared) {
        if (spare != null && !spare.isAlive() && !state.equals("dead")) {
            if (asked || state.equals("working")) {
                news.tell(Tone.PLAIN, "Process %s could not make its transfer: a node did not answer.", name);
            }
            asked = false;
            settled();
        } else if (state.equals("dead") && prepared != null && !prepared.contains(victim)) {
            if (++sightings > SETTLED) {
                settled();
            }
        } else {
            sightings = 0;
        }
        keepSpare();
    }

    private void keepSpare() {
        if (spare == null && open) {
            int number = ++started + 1;
            name = "bank-" + number;
            state = "starting";
            spare = new CoordinatorProcess(name, nodes.proxies(), line -> heard(number, line));
        }
    }

    /** {@return whether there will be a crash: there is one at a time} */
    synchronized boolean begin() {
        keepSpare();
        if (asked || !state.equals("ready") && !state.equals("starting")) {
            return false;
        }
        asked = true;
        if (state.equals("ready")) {
            go();
        }
        return true;
    }

    private void go() {
        var decision = MessageKind.DECISION.from("postgres-xa " + name);
        nodes.plan().at(decision).call(Position.BEFORE_FORWARDING, this::strike);
        late = nodes.plan().at(decision).hold();
        nodes.plan().at(decision).call(Position.AFTER_EXECUTED, this::answered);
        asked = false;
        state = "working";
        news.tell(Tone.HURT, "A second coordinator, process %s, begins a transfer from east to west.", name);
        if (spare != null) {
            spare.go();
        }
    }

    /** Its decision has left the process and has not reached east. */
    private synchronized void strike() {
        if (spare != null) {
            spare.kill();
            state = "dead";
            news.tell(
                    Tone.HURT,
                    "Process %s was killed after PREPARE (SIGKILL). Its decision is stuck on the network. West "
                            + "is prepared and keeps its locks. East, its home, has no decision.",
                    name);
        }
    }

    /** The server has executed the late message. Whatever it did, the row shows the outcome. */
    private void answered() {
        var transaction = victim;
        if (transaction != null) {
            var east = nodes.proxies().get(0).node();
            news.tell(
                    Tone.GOOD,
                    "Now the dead coordinator's decision reaches east, late. The row there says \"%s\", so %s.",
                    isCommitted(east, transaction) ? "committed" : "rolled back",
                    isCommitted(east, transaction) ? "it changes nothing" : "east refuses it");
        }
    }

    private static boolean isCommitted(PostgresNode home, String transaction) {
        return home.queryForString(DECISION, transaction).equals("C");
    }

    private synchronized void heard(int number, String line) {
        var words = line.split(" ");
        if (number != started + 1) {
            return;
        }
        if (line.equals("ready")) {
            state = "ready";
            if (asked) {
                go();
            }
        } else if (words.length == 5 && words[0].equals("step")) {
            step(words[1], words[2], words[3], words[4]);
        } else {
            LOG.debug("{}: {}", name, line);
        }
    }

    private void step(String what, String id, String node, String detail) {
        victim = id;
        boolean isStep = Set.of("begins", "ended", "failed").contains(what);
        feed.add(new Step(
                what.equals("failed") ? "ended" : what,
                id,
                name,
                node.equals("-") ? null : node,
                isStep ? null : detail,
                isStep ? detail : null,
                !what.equals("failed")));
        if (what.equals("finished")) {
            news.tell(
                    Tone.PLAIN,
                    "Process %s was not killed: a node did not answer, so its transaction %s got no decision (%s).",
                    name,
                    brief(id),
                    detail.toLowerCase(Locale.ROOT).replace('_', ' '));
            settled();
        }
    }

    @Override
    public synchronized void recovered(TransactionId id, String node, Outcome outcome) {
        if (id.toString().equals(victim)) {
            settled();
        }
    }

    /** Must not wait: recovery calls it. */
    private void settled() {
        if (late != null) {
            late.release();
        }
        late = null;
        spare = null;
        state = "none";
    }

    synchronized void open() {
        open = true;
    }

    synchronized boolean isOpen() {
        return open;
    }

    synchronized void close() {
        open = false;
        if (spare != null) {
            spare.kill();
        }
        settled();
    }
}
