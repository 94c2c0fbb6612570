package io.github.postgresxa.samples.jakarta.web;

import io.github.postgresxa.samples.jakarta.money.AccountId;
import io.github.postgresxa.samples.jakarta.money.Transfer;
import io.github.postgresxa.samples.jakarta.money.Transfers;
import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.json.Json;
import jakarta.json.JsonObject;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.sql.SQLException;
import java.util.UUID;

/** {@code POST /api/transfers}: 201 moved, 200 moved by an earlier request with the same id. */
@Path("/transfers")
@RequestScoped
public class TransferResource {

    @Inject
    Transfers transfers;

    @POST
    @Consumes(MediaType.APPLICATION_JSON)
    @Produces(MediaType.APPLICATION_JSON)
    public Response submit(JsonObject order) throws SQLException {
        Transfer transfer = parse(order);
        boolean now = transfers.submit(transfer);
        return Response.status(now ? Response.Status.CREATED : Response.Status.OK)
                .entity(Json.createObjectBuilder()
                        .add("id", transfer.id().toString())
                        .add("from", transfer.from().toString())
                        .add("to", transfer.to().toString())
                        .add("amount", transfer.amount())
                        .build())
                .build();
    }

    private static Transfer parse(JsonObject order) {
        try {
            return new Transfer(
                    order.containsKey("id") ? UUID.fromString(order.getString("id")) : UUID.randomUUID(),
                    AccountId.parse(order.getString("from")),
                    AccountId.parse(order.getString("to")),
                    order.getJsonNumber("amount").longValueExact());
        } catch (NullPointerException | ClassCastException | IllegalArgumentException | ArithmeticException e) {
            throw new MalformedOrderException(
                    "Write {\"from\":\"east/1\",\"to\":\"west/7\",\"amount\":25}, with an \"id\" (a UUID) if you like.",
                    e);
        }
    }
}
