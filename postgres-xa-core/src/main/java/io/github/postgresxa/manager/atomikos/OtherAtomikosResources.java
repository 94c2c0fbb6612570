package io.github.postgresxa.manager.atomikos;

import com.atomikos.datasource.RecoverableResource;
import com.atomikos.datasource.xa.XATransactionalResource;
import com.atomikos.icatch.config.Configuration;
import io.github.postgresxa.manager.nodelog.Resources;
import java.lang.reflect.Method;
import java.util.Collection;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import javax.transaction.xa.XAResource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The resources that are registered with Atomikos, but for ours. Atomikos keeps one connection to each for recovery,
 * and opens another one only in a scan of its own that fails. That scan would presume aborts, so its second half is
 * called here by itself.
 */
final class OtherAtomikosResources implements Resources {

    private static final Logger LOG = LoggerFactory.getLogger(AtomikosManager.class);

    private static final @Nullable Method REFRESH = refresh();

    /** As they were opened last. */
    private volatile Map<XAResource, XATransactionalResource> opened = Map.of();

    private static @Nullable Method refresh() {
        try {
            Method refresh = XATransactionalResource.class.getDeclaredMethod("refreshXAResource");
            refresh.setAccessible(true);
            return refresh;
        } catch (NoSuchMethodException | RuntimeException e) {
            LOG.debug("this Atomikos opens no other connection to a resource for recovery", e);
            return null;
        }
    }

    @Override
    public boolean areThere() {
        for (RecoverableResource resource : Configuration.getResources()) {
            if (!(resource instanceof RegisteredResource)) {
                return true;
            }
        }
        return false;
    }

    @Override
    public Collection<XAResource> open() {
        Map<XAResource, XATransactionalResource> open = new IdentityHashMap<>();
        for (RecoverableResource resource : Configuration.getResources()) {
            if (resource instanceof XATransactionalResource other && !(other instanceof RegisteredResource)) {
                try {
                    XAResource xa = other.getXAResource();
                    if (xa != null) {
                        open.put(xa, other);
                    }
                } catch (RuntimeException e) {
                    LOG.debug("resource '{}' cannot be reached for recovery", other.getName(), e);
                }
            }
        }
        opened = open;
        return List.copyOf(open.keySet());
    }

    @Override
    public void failed(XAResource resource) {
        XATransactionalResource other = opened.get(resource);
        if (other != null && REFRESH != null) {
            try {
                REFRESH.invoke(other);
            } catch (ReflectiveOperationException | RuntimeException e) {
                LOG.debug("resource '{}' cannot be reached for recovery", other.getName(), e);
            }
        }
    }
}
