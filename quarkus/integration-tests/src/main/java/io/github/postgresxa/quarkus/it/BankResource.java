package io.github.postgresxa.quarkus.it;

import io.smallrye.common.annotation.Blocking;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;

/** What the tests ask of the application in another process. */
@Path("/bank")
@Blocking
public class BankResource {

    private final Bank bank;

    BankResource(Bank bank) {
        this.bank = bank;
    }

    @GET
    public String ready() {
        return "ready";
    }

    @POST
    @Path("transfer/{id}")
    public String transfer(@PathParam("id") String id) {
        bank.transfer(id, 1);
        return id;
    }

    @POST
    @Path("halt-at-finish/{id}")
    public String haltAtFinish(@PathParam("id") String id) {
        HaltAtFinish.HALT.set(true);
        bank.transfer(id, 1);
        return id;
    }

    @POST
    @Path("ledger/{id}")
    public String ledger(@PathParam("id") String id) {
        bank.transferWithLedger(id);
        return id;
    }

    @POST
    @Path("halt-at-ledger/{id}")
    public String haltAtLedger(@PathParam("id") String id) {
        ForwardingXaResource.HALT.set(true);
        bank.transferWithLedger(id);
        return id;
    }
}
