package io.github.postgresxa.samples.bank.show;

import org.springframework.http.HttpStatus;
import org.springframework.http.ProblemDetail;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ResponseStatusException;

/** What the page can do. {@link OnlyFromHere} checks the origin of each request. */
@RestController
@RequestMapping("/api/show")
@OnlyEmbedded
@ResponseStatus(HttpStatus.NO_CONTENT)
class ButtonController {

    private final Buttons buttons;

    ButtonController(Buttons buttons) {
        this.buttons = buttons;
    }

    @PostMapping("/load/{action:start|stop}")
    void load(@PathVariable String action) {
        if (action.equals("start")) {
            buttons.load().start();
        } else {
            buttons.load().stop();
        }
    }

    @PostMapping("/nodes/{node}/{action:kill|pause|resume|cut|heal}")
    void node(@PathVariable String node, @PathVariable String action) {
        var ways = buttons.ways();
        switch (action) {
            case "kill" -> ways.kill(node);
            case "pause" -> ways.pause(node);
            case "resume" -> ways.resume(node);
            case "cut" -> ways.cut(node);
            default -> ways.heal(node);
        }
    }

    @PostMapping("/coordinator/crash")
    void crash() {
        require(buttons.crash().begin(), "The last crash is not settled yet");
    }

    @PostMapping("/decision/hold")
    void hold() {
        require(buttons.hold().begin(), "A decision is held already");
    }

    @PostMapping("/decision/release")
    void release() {
        buttons.hold().release();
    }

    /** For example a dead node that is to be frozen. */
    @ExceptionHandler
    ProblemDetail impossible(IllegalStateException e) {
        return ProblemDetail.forStatusAndDetail(HttpStatus.CONFLICT, String.valueOf(e.getMessage()));
    }

    private static void require(boolean done, String otherwise) {
        if (!done) {
            throw new ResponseStatusException(HttpStatus.CONFLICT, otherwise);
        }
    }
}
