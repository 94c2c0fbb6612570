package io.github.postgresxa.samples.bank.web;

import io.github.postgresxa.samples.bank.money.NodeUnavailableException;
import io.github.postgresxa.samples.bank.money.OutcomeUnknownException;
import io.github.postgresxa.samples.bank.money.TransferRefusedException;
import io.github.postgresxa.samples.bank.money.TransferRefusedException.Reason;
import java.net.URI;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.dao.TransientDataAccessException;
import org.springframework.dao.UncategorizedDataAccessException;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.ProblemDetail;
import org.springframework.http.ResponseEntity;
import org.springframework.http.converter.HttpMessageNotReadableException;
import org.springframework.transaction.TransactionException;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.RestControllerAdvice;
import org.springframework.web.context.request.WebRequest;
import org.springframework.web.servlet.mvc.method.annotation.ResponseEntityExceptionHandler;

/**
 * Turns exceptions into problem details (RFC 9457). A client must be able to distinguish three cases: refused
 * (sending it again does not help), not carried out (it does help), and unknown (query the outcome before anything
 * else).
 */
@RestControllerAdvice
final class Problems extends ResponseEntityExceptionHandler {

    private static final Logger LOG = LoggerFactory.getLogger(Problems.class);
    private static final String SECONDS_TO_WAIT = "1";

    @ExceptionHandler
    ResponseEntity<ProblemDetail> refused(TransferRefusedException e) {
        return answer(problem(
                status(e.reason()),
                name(e.reason()),
                "The transfer is refused",
                e.getMessage() + ". Nothing was moved."));
    }

    private static HttpStatus status(Reason reason) {
        return switch (reason) {
            case UNKNOWN_ACCOUNT -> HttpStatus.NOT_FOUND;
            case ID_TAKEN -> HttpStatus.CONFLICT;
            case MALFORMED, BAD_AMOUNT, SAME_ACCOUNT, OVERDRAFT -> HttpStatus.UNPROCESSABLE_CONTENT;
        };
    }

    private static String name(Reason reason) {
        return reason.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    @ExceptionHandler
    ResponseEntity<ProblemDetail> unavailable(NodeUnavailableException e) {
        LOG.warn("{}: {}", e.getMessage(), rootMessage(e));
        var problem = problem(
                HttpStatus.SERVICE_UNAVAILABLE,
                "node-unavailable",
                "A node is unavailable",
                e.getMessage() + ". Nothing was moved. Everything without this node works; try again later.");
        problem.setProperty("node", e.node());
        return answer(problem);
    }

    /** Deadlocks, serialization failures, timeouts, a node that was lost before the decision. */
    @ExceptionHandler({
        TransientDataAccessException.class,
        UncategorizedDataAccessException.class,
        TransactionException.class
    })
    ResponseEntity<ProblemDetail> rolledBack(Exception e) {
        LOG.warn("Rolled back: {}", rootMessage(e));
        return answer(problem(
                HttpStatus.SERVICE_UNAVAILABLE,
                "rolled-back",
                "The transaction was rolled back",
                "The nodes could not carry it out, so nothing was moved. Try again."));
    }

    @ExceptionHandler
    ResponseEntity<ProblemDetail> unknown(OutcomeUnknownException e) {
        LOG.warn("{}: {}", e.getMessage(), rootMessage(e));
        var problem = problem(
                HttpStatus.INTERNAL_SERVER_ERROR,
                "outcome-unknown",
                "The outcome is not known",
                ("The reply to the commit was lost. Both legs of transfer %1$s are kept, or neither is. GET "
                                + "/api/transfers/%1$s shows"
                                + " which; or send the transfer again with this id, which never moves the money twice.")
                        .formatted(e.transfer()));
        problem.setProperty("transfer", e.transfer());
        return answer(problem);
    }

    @ExceptionHandler
    ResponseEntity<ProblemDetail> mistake(DataAccessException e) {
        LOG.error("A statement of the bank failed", e);
        return answer(problem(
                HttpStatus.INTERNAL_SERVER_ERROR,
                "mistake",
                "The bank made a mistake",
                "Nothing was moved. The log has the details."));
    }

    @Override
    protected @Nullable ResponseEntity<Object> handleHttpMessageNotReadable(
            HttpMessageNotReadableException e, HttpHeaders headers, HttpStatusCode status, WebRequest request) {
        var problem = problem(HttpStatus.BAD_REQUEST, name(Reason.MALFORMED), "The request cannot be read", """
                The body must be JSON such as {"from": "east/1", "to": "west/7", "amount": 25}, with an "id" \
                if you like. Nothing was moved.""");
        return handleExceptionInternal(e, problem, headers, status, request);
    }

    private static ProblemDetail problem(HttpStatus status, String name, String title, String detail) {
        var problem = ProblemDetail.forStatusAndDetail(status, detail);
        problem.setType(URI.create("/problems/" + name));
        problem.setTitle(title);
        return problem;
    }

    private static ResponseEntity<ProblemDetail> answer(ProblemDetail problem) {
        var answer = ResponseEntity.status(problem.getStatus());
        if (problem.getStatus() == HttpStatus.SERVICE_UNAVAILABLE.value()) {
            answer.header(HttpHeaders.RETRY_AFTER, SECONDS_TO_WAIT);
        }
        return answer.body(problem);
    }

    private static @Nullable String rootMessage(Throwable e) {
        var root = e;
        for (int i = 0; root.getCause() != null && i < 100; i++) { // A longer chain of causes leads in a circle.
            root = root.getCause();
        }
        return root.getMessage();
    }
}
