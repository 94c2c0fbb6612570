package io.github.postgresxa.samples.jakarta.web;

import jakarta.ws.rs.ApplicationPath;
import jakarta.ws.rs.core.Application;

/** Everything is below {@code /api}. */
@ApplicationPath("/api")
public class BankApplication extends Application {}
