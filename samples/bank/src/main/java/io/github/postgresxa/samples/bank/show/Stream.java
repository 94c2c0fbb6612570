package io.github.postgresxa.samples.bank.show;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.context.SmartLifecycle;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Component;
import org.springframework.web.server.ResponseStatusException;
import org.springframework.web.servlet.mvc.method.annotation.SseEmitter;
import tools.jackson.databind.json.JsonMapper;

/**
 * Streams events to all open pages: steps every 100 ms, the state when it has changed. Nothing is read while no page
 * is open.
 *
 * <p>Streams end before the web server begins to stop, because it waits for every request in progress.
 */
@Component
final class Stream implements SmartLifecycle {

    private static final Logger LOG = LoggerFactory.getLogger(Stream.class);
    private static final int MOST_WATCHERS = 20;
    private static final long TICK = 100;
    private static final int TICKS_PER_STATE = 2;
    private static final int TICKS_PER_SIGN_OF_LIFE = 20;
    private static final long COUNT = 400;

    private final StepBuffer feed;
    private final EventFeed news;
    private final DashboardBuilder observer;
    private final StateChanges changes;
    private final Auditor auditor;
    private final JsonMapper json;
    private final @Nullable Buttons buttons;
    private final List<SseClient> watchers = new CopyOnWriteArrayList<>();
    private @Nullable ScheduledExecutorService threads;
    private String lastState = "";
    private long ticks;

    Stream(
            StepBuffer feed,
            EventFeed news,
            DashboardBuilder observer,
            StateChanges changes,
            Auditor auditor,
            JsonMapper json,
            ObjectProvider<Buttons> buttons) {
        this.feed = feed;
        this.news = news;
        this.observer = observer;
        this.changes = changes;
        this.auditor = auditor;
        this.json = json;
        this.buttons = buttons.getIfAvailable();
    }

    /** {@return the stream of one more page} */
    synchronized SseEmitter open() {
        if (threads == null || watchers.size() >= MOST_WATCHERS) {
            throw new ResponseStatusException(HttpStatus.SERVICE_UNAVAILABLE, "Too many pages, or the bank is closing");
        }
        var watcher = new SseClient();
        watcher.tell("state", json.writeValueAsString(observer.look()));
        watchers.add(watcher);
        return watcher.emitter();
    }

    @Override
    public synchronized void start() {
        if (threads == null) {
            threads = Executors.newScheduledThreadPool(2, work -> {
                var daemon = new Thread(work, "bank-show");
                daemon.setDaemon(true);
                return daemon;
            });
            every(TICK, this::tick);
            every(COUNT, this::count);
        }
    }

    private void every(long millis, Runnable work) {
        if (threads != null) {
            threads.scheduleWithFixedDelay(() -> safely(work), millis, millis, TimeUnit.MILLISECONDS);
        }
    }

    private static void safely(Runnable work) {
        try {
            work.run();
        } catch (RuntimeException e) {
            LOG.warn("The pages could not be updated", e);
        }
    }

    private void count() {
        if (!watchers.isEmpty()) {
            auditor.count();
        }
    }

    private void tick() {
        watchers.removeIf(SseClient::isGone);
        var steps = feed.drain();
        if (watchers.isEmpty()) {
            return;
        }
        if (!steps.isEmpty()) {
            tellAll("steps", json.writeValueAsString(steps));
        }
        if (++ticks % TICKS_PER_STATE == 0) {
            state();
        }
        watchers.forEach(this::news);
    }

    private void state() {
        if (buttons != null) {
            buttons.keepReady(auditor);
        }
        var state = observer.look();
        changes.see(state);
        var text = json.writeValueAsString(state);
        if (!text.equals(lastState) || ticks % TICKS_PER_SIGN_OF_LIFE == 0) {
            lastState = text;
            tellAll("state", text);
        }
    }

    private void news(SseClient watcher) {
        var items = news.after(watcher.news());
        if (!items.isEmpty()) {
            watcher.tell("news", json.writeValueAsString(items));
            watcher.told(items.get(items.size() - 1).number());
        }
    }

    private void tellAll(String event, String text) {
        watchers.forEach(watcher -> watcher.tell(event, text));
    }

    @Override
    public synchronized void stop() {
        if (threads != null) {
            threads.shutdown();
            threads = null;
        }
        watchers.forEach(SseClient::end);
        watchers.clear();
    }

    @Override
    public synchronized boolean isRunning() {
        return threads != null;
    }
}
