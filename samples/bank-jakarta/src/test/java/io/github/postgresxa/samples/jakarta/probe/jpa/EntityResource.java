package io.github.postgresxa.samples.jakarta.probe.jpa;

import io.github.postgresxa.samples.jakarta.probe.Attempt;
import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.QueryParam;

/** {@code POST /api/entities}. */
@Path("/entities")
@RequestScoped
public class EntityResource {

    @Inject
    Entities entities;

    @POST
    public String transfer(@QueryParam("refuse") boolean refuse) {
        return Attempt.of(() -> entities.transfer(1, 1, refuse));
    }
}
