package io.github.postgresxa.samples.jakarta.probe.jms;

import io.github.postgresxa.samples.jakarta.probe.Attempt;
import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.QueryParam;
import java.lang.management.ManagementFactory;
import java.util.UUID;
import javax.management.ObjectName;

/** {@code /api/announcements}. */
@Path("/announcements")
@RequestScoped
public class AnnouncementResource {

    @Inject
    Announcements announcements;

    @POST
    public String transfer(
            @QueryParam("factory") String factory,
            @QueryParam("queue") String queue,
            @QueryParam("id") UUID id,
            @QueryParam("from") String from,
            @QueryParam("to") String to,
            @QueryParam("amount") long amount,
            @QueryParam("refuse") boolean refuse) {
        return Attempt.of(() -> announcements.transfer(factory, queue, id, from, to, amount, refuse));
    }

    @GET
    public String announced(@QueryParam("factory") String factory, @QueryParam("queue") String queue) throws Exception {
        return String.join("\n", announcements.announced(factory, queue));
    }

    /** Counts what is prepared at the broker. */
    @GET
    @Path("prepared")
    public int prepared(@QueryParam("mbean") String mbean, @QueryParam("operation") String operation) throws Exception {
        Object answer = ManagementFactory.getPlatformMBeanServer()
                .invoke(new ObjectName(mbean), operation, new Object[0], new String[0]);
        return answer == null ? 0 : ((Object[]) answer).length;
    }
}
