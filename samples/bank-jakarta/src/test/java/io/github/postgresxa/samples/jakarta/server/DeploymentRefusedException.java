package io.github.postgresxa.samples.jakarta.server;

/** The server does not run an application; the message is what it says. */
public final class DeploymentRefusedException extends Exception {

    private static final long serialVersionUID = 1L;

    DeploymentRefusedException(String message) {
        super(message);
    }
}
