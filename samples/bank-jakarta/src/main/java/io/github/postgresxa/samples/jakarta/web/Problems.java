package io.github.postgresxa.samples.jakarta.web;

import io.github.postgresxa.samples.jakarta.money.TransferRefusedException;
import jakarta.json.Json;
import jakarta.transaction.HeuristicMixedException;
import jakarta.transaction.RollbackException;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.ext.ExceptionMapper;
import jakarta.ws.rs.ext.Provider;
import java.sql.SQLException;

/** Says in {@code application/problem+json} what happened to the money. */
@Provider
public class Problems implements ExceptionMapper<Exception> {

    @Override
    public Response toResponse(Exception e) {
        if (e instanceof WebApplicationException http) {
            return http.getResponse();
        }
        if (e instanceof MalformedOrderException) {
            return problem(400, "Not an order", e.getMessage());
        }
        if (e instanceof TransferRefusedException) {
            return problem(422, "Refused", e.getMessage());
        }
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            if (cause instanceof HeuristicMixedException) {
                return problem(504, "Outcome unknown", "It is all or nothing. Send the order again, with its id.");
            }
            if (cause instanceof RollbackException) {
                return problem(409, "Rolled back", "Nothing has changed. Send the order again.");
            }
            if (cause instanceof SQLException) {
                return problem(503, "A bank does not answer", String.valueOf(cause.getMessage()));
            }
        }
        System.getLogger(Problems.class.getName()).log(System.Logger.Level.ERROR, "A request failed.", e);
        return problem(500, "Failed", "See the log of the server.");
    }

    private static Response problem(int status, String title, String detail) {
        return Response.status(status)
                .type("application/problem+json")
                .entity(Json.createObjectBuilder()
                        .add("title", title)
                        .add("status", status)
                        .add("detail", detail)
                        .build()
                        .toString())
                .build();
    }
}
