package io.github.postgresxa.quarkus.it;

import io.github.postgresxa.cdi.operations.OperationsResource;
import jakarta.ws.rs.Path;

/** Without security in the application everyone is refused. */
@Path("/operations/postgres-xa")
public class NodeOperations extends OperationsResource {}
