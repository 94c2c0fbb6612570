package io.github.postgresxa.reliability.soak;

import io.github.postgresxa.reliability.load.Application;
import io.github.postgresxa.reliability.load.InstanceSlot;
import io.github.postgresxa.test.PostgresNode;
import io.github.postgresxa.test.fault.Fault;
import io.github.postgresxa.test.fault.FaultPoint;
import io.github.postgresxa.test.fault.FaultProxy;
import io.github.postgresxa.test.fault.MessageFilter;
import io.github.postgresxa.test.fault.MessageKind;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** Strikes at random, and heals each fault a little later, so that several faults can be active at the same time. */
final class Nemesis implements AutoCloseable {

    private static final List<MessageFilter> MESSAGES = List.of(
            MessageKind.PREPARE,
            MessageKind.DECISION,
            MessageKind.COMMIT_PREPARED,
            MessageKind.ROLLBACK_PREPARED.or(MessageKind.COMMIT_PREPARED),
            MessageKind.FENCE.or(MessageKind.DECISION),
            MessageKind.COMMIT.or(MessageKind.VOTE),
            MessageFilter.any());

    private final Random random;
    private final List<PostgresNode> nodes;
    private final List<InstanceSlot> places;
    private final ScheduledExecutorService healing = Executors.newScheduledThreadPool(6);
    private final Queue<Future<?>> open = new ConcurrentLinkedQueue<>();
    private final Map<NemesisFault, Integer> struck = new EnumMap<>(NemesisFault.class);
    private final List<Armed> armed = new ArrayList<>();
    private final List<NemesisFault> deck = new ArrayList<>();

    private record Armed(NemesisFault trouble, Fault fault) {}

    Nemesis(long seed, List<PostgresNode> nodes, List<InstanceSlot> places) {
        this.random = new Random(seed);
        this.nodes = nodes;
        this.places = places;
    }

    /** {@return the faults that it caused; each kind has its turn before any is repeated} */
    String strike() {
        if (deck.isEmpty()) {
            deck.addAll(List.of(NemesisFault.values()));
            java.util.Collections.shuffle(deck, random);
        }
        NemesisFault trouble = deck.remove(deck.size() - 1);
        InstanceSlot place = pick(places);
        PostgresNode node = pick(nodes);
        String where = switch (trouble) {
            case KILL_INSTANCE, FREEZE_INSTANCE -> instance(trouble, place);
            case KILL_NODE, RESTART_NODE, FREEZE_NODE, TERMINATE_SESSIONS -> node(trouble, node);
            case CUT_LINKS, BLACK_HOLE, PARTITION -> link(trouble, place, pick(place.links()));
            case LOSE_REQUEST, LOSE_REPLY, HOLD_DECISION, LATE_DECISION -> message(trouble, place);
        };
        return trouble + " " + where;
    }

    private <T> T pick(List<T> list) {
        return list.get(random.nextInt(list.size()));
    }

    private synchronized void count(NemesisFault trouble) {
        struck.merge(trouble, 1, Integer::sum);
    }

    private long between(int from, int to) {
        return from + random.nextInt(to - from);
    }

    private void later(long millis, Runnable heal) {
        open.add(healing.schedule(heal, millis, TimeUnit.MILLISECONDS));
    }

    private String instance(NemesisFault trouble, InstanceSlot place) {
        count(trouble);
        if (trouble == NemesisFault.KILL_INSTANCE) {
            place.kill();
            later(between(0, 1_000), place::startAnother);
            return place.toString();
        }
        long time = between(1_000, 6_000);
        Application frozen = place.application();
        frozen.freeze();
        later(time, frozen::thaw);
        return place + " for " + time + " ms";
    }

    private String node(NemesisFault trouble, PostgresNode node) {
        if (trouble == NemesisFault.TERMINATE_SESSIONS) {
            return terminate(node);
        }
        if (trouble == NemesisFault.FREEZE_NODE) {
            return freeze(node);
        }
        count(trouble);
        switch (trouble) {
            case KILL_NODE -> {
                node.kill();
                later(between(1_000, 2_000), node::start);
            }
            case RESTART_NODE ->
                later(0, () -> {
                    node.resume(); // A frozen server cannot be shut down.
                    node.restart();
                });
            default -> throw new IllegalArgumentException(trouble + " is no fault of a node");
        }
        return node.name();
    }

    private String freeze(PostgresNode node) {
        long time = between(1_000, 8_000);
        try {
            node.pause();
        } catch (IllegalStateException down) {
            return node.name() + ", which is down already";
        }
        count(NemesisFault.FREEZE_NODE);
        later(time, node::resume);
        return node.name() + " for " + time + " ms";
    }

    private String terminate(PostgresNode node) {
        int most = 1 + random.nextInt(5);
        later(0, () -> {
            try {
                long ended = node.queryForLong("""
                        select count(*) from (
                            select pg_terminate_backend(pid) from pg_stat_activity
                            where application_name like 'postgres-xa%' and state <> 'idle'
                            order by md5(pid::text || now()) limit ?) t""", most);
                if (ended > 0) {
                    count(NemesisFault.TERMINATE_SESSIONS);
                }
            } catch (IllegalStateException down) {
                return; // It has other faults at this moment.
            }
        });
        return node.name();
    }

    private String link(NemesisFault trouble, InstanceSlot place, FaultProxy link) {
        count(trouble);
        switch (trouble) {
            case CUT_LINKS -> {
                if (random.nextBoolean()) {
                    place.links().forEach(FaultProxy::cut);
                    return place + " to all";
                }
                link.cut();
            }
            case BLACK_HOLE -> {
                link.blackHole();
                later(between(1_000, 8_000), link::heal);
            }
            default -> {
                link.partition();
                later(between(1_000, 5_000), link::heal);
            }
        }
        return place + " to " + link.node().name();
    }

    private String message(NemesisFault trouble, InstanceSlot place) {
        boolean lost = trouble == NemesisFault.LOSE_REQUEST || trouble == NemesisFault.LOSE_REPLY;
        FaultPoint at =
                place.plan().at(lost ? pick(MESSAGES) : MessageKind.DECISION).nth(1 + random.nextInt(10));
        Fault fault = switch (trouble) {
            case LOSE_REQUEST -> at.loseRequest();
            case LOSE_REPLY -> at.loseReply();
            default -> at.hold();
        };
        synchronized (this) {
            armed.add(new Armed(trouble, fault));
        }
        if (trouble == NemesisFault.HOLD_DECISION) {
            later(between(3_000, 6_000), fault::release);
        } else if (trouble == NemesisFault.LATE_DECISION) {
            later(between(300, 1_000), () -> place.links().forEach(FaultProxy::cut));
            later(between(1_500, 4_000), fault::release);
        }
        return place + " at " + fault;
    }

    /** Heals everything and returns when it is healed. */
    void healAll() throws Exception {
        for (Future<?> heal = open.poll(); heal != null; heal = open.poll()) {
            try {
                heal.get(60, TimeUnit.SECONDS);
            } catch (ExecutionException e) {
                throw new AssertionError("the harness could not heal what it broke", e.getCause());
            }
        }
        synchronized (this) {
            armed.stream().filter(a -> a.fault().hasFired()).forEach(a -> count(a.trouble()));
            armed.clear();
        }
        places.forEach(InstanceSlot::heal);
        for (PostgresNode node : nodes) {
            node.resume();
            node.start();
        }
        places.forEach(InstanceSlot::startAnother);
    }

    synchronized Map<NemesisFault, Integer> struck() {
        return new EnumMap<>(struck);
    }

    @Override
    public void close() {
        healing.shutdownNow();
    }
}
