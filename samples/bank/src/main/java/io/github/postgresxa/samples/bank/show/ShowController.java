package io.github.postgresxa.samples.bank.show;

import java.util.List;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.servlet.mvc.method.annotation.SseEmitter;

/** What the page reads. */
@RestController
@RequestMapping("/api/show")
final class ShowController {

    private final Stream stream;
    private final DashboardBuilder observer;
    private final Auditor auditor;
    private final EventFeed news;

    ShowController(Stream stream, DashboardBuilder observer, Auditor auditor, EventFeed news) {
        this.stream = stream;
        this.observer = observer;
        this.auditor = auditor;
        this.news = news;
    }

    /**
     * The same content as a page receives, for clients without a browser.
     *
     * @param state the state
     * @param news the last news
     */
    record Snapshot(DashboardState state, List<EventFeed.Item> news) {}

    @GetMapping("/state")
    Snapshot state() {
        auditor.count();
        return new Snapshot(observer.look(), news.after(0));
    }

    @GetMapping(path = "/stream", produces = MediaType.TEXT_EVENT_STREAM_VALUE)
    SseEmitter stream() {
        return stream.open();
    }
}
