package io.github.postgresxa.support;

import com.atomikos.datasource.xa.XATransactionalResource;
import com.atomikos.icatch.config.Configuration;
import io.github.postgresxa.test.manager.OtherResource;
import javax.transaction.xa.XAResource;

/** What an application registers with Atomikos for its {@link OtherResource}. */
public final class RegisteredOther extends XATransactionalResource implements AutoCloseable {

    private RegisteredOther() {
        super("other");
    }

    /** Registers it until it is closed. */
    public static RegisteredOther register() {
        RegisteredOther registered = new RegisteredOther();
        Configuration.addResource(registered);
        return registered;
    }

    @Override
    protected XAResource refreshXAConnection() {
        return new OtherResource(true);
    }

    @Override
    public boolean usesXAResource(XAResource resource) {
        return resource instanceof OtherResource;
    }

    @Override
    public void close() {
        Configuration.removeResource(getName());
    }
}
