package io.github.postgresxa.samples.jakarta.web;

import io.github.postgresxa.samples.jakarta.money.Bookkeeper;
import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.json.Json;
import jakarta.json.JsonArray;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.sql.SQLException;

/** {@code GET /api/accounts}. */
@Path("/accounts")
@RequestScoped
public class AccountResource {

    @Inject
    Bookkeeper bookkeeper;

    @GET
    @Produces(MediaType.APPLICATION_JSON)
    public JsonArray accounts() throws SQLException {
        var all = Json.createArrayBuilder();
        for (var account : bookkeeper.accounts()) {
            all.add(Json.createObjectBuilder()
                    .add("node", account.id().node())
                    .add("id", account.id().number())
                    .add("balance", account.balance()));
        }
        return all.build();
    }
}
