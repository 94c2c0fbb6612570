package io.github.postgresxa.samples.jakarta.probe.unit;

import io.github.postgresxa.samples.jakarta.probe.Attempt;
import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.QueryParam;

/** {@code POST /api/units}. */
@Path("/units")
@RequestScoped
public class UnitResource {

    @Inject
    Units units;

    @POST
    public String transfer(@QueryParam("refuse") boolean refuse) {
        return Attempt.of(() -> units.transfer(1, 1, refuse));
    }
}
