package io.github.postgresxa.samples.jakarta.probe;

import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;

/** {@code POST /api/probe/…}. */
@Path("/probe")
@RequestScoped
public class ProbeResource {

    @Inject
    Work work;

    @POST
    @Path("refuse")
    public String refuse() {
        return Attempt.of(work::refuse);
    }

    @POST
    @Path("swallow")
    public String swallow() {
        return Attempt.of(work::swallow);
    }

    @POST
    @Path("late")
    public String late() {
        return Attempt.of(work::late);
    }

    @POST
    @Path("outer")
    public String outer() {
        return Attempt.of(work::outer);
    }
}
