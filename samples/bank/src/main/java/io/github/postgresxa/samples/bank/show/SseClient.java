package io.github.postgresxa.samples.bank.show;

import java.io.IOException;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.MediaType;
import org.springframework.web.servlet.mvc.method.annotation.SseEmitter;

/**
 * One open page. It has its own thread, so that a slow page does not delay the others. A page that falls behind has
 * to reconnect.
 */
final class SseClient {

    private static final Logger LOG = LoggerFactory.getLogger(SseClient.class);
    private static final int BEHIND = 64;
    private static final long NO_TIMEOUT = 0;

    private record Message(String event, String json) {}

    private final SseEmitter emitter = new SseEmitter(NO_TIMEOUT);
    private final BlockingQueue<Message> queue = new ArrayBlockingQueue<>(BEHIND);
    private final Thread thread = new Thread(this::send, "bank-watcher");
    private volatile boolean gone;
    private long news;

    SseClient() {
        emitter.onCompletion(this::end);
        emitter.onTimeout(this::end);
        emitter.onError(e -> end());
        thread.setDaemon(true);
        thread.start();
    }

    SseEmitter emitter() {
        return emitter;
    }

    /** {@return the number of the last news item that it received} */
    long news() {
        return news;
    }

    void told(long number) {
        news = number;
    }

    void tell(String event, String json) {
        if (!queue.offer(new Message(event, json))) {
            end();
        }
    }

    boolean isGone() {
        return gone;
    }

    void end() {
        gone = true;
        thread.interrupt();
    }

    private void send() {
        try {
            while (!gone) {
                var message = queue.take();
                emitter.send(SseEmitter.event().name(message.event()).data(message.json(), MediaType.TEXT_PLAIN));
            }
        } catch (IOException | IllegalStateException e) {
            LOG.debug("A page has gone", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            gone = true;
            emitter.complete();
        }
    }
}
