package io.github.postgresxa.manager.narayana;

import com.arjuna.ats.jta.common.jtaPropertyManager;
import com.arjuna.ats.jta.recovery.XAResourceRecovery;
import com.arjuna.ats.jta.recovery.XAResourceRecoveryHelper;
import io.github.postgresxa.manager.nodelog.Resources;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import javax.transaction.xa.XAResource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The resources that the application has made known to Narayana's recovery: as helpers, or by their classes. */
final class OtherNarayanaResources implements Resources {

    private static final Logger LOG = LoggerFactory.getLogger(NarayanaManager.class);

    private final @Nullable WatchedRecoveryModule module;

    /**
     * Creates a view of Narayana's recovery.
     *
     * @param module where helpers are registered; null if it is one of the application
     */
    OtherNarayanaResources(@Nullable WatchedRecoveryModule module) {
        this.module = module;
    }

    /** {@return whether helpers can be seen} */
    boolean helpersAreSeen() {
        return module != null;
    }

    @Override
    public boolean areThere() {
        return !helpers().isEmpty()
                || !jtaPropertyManager
                        .getJTAEnvironmentBean()
                        .getXaResourceRecoveryClassNames()
                        .isEmpty();
    }

    private List<XAResourceRecoveryHelper> helpers() {
        return module == null
                ? List.of()
                : module.helpers().stream()
                        .filter(helper -> !(helper instanceof RecoveredResources))
                        .toList();
    }

    @Override
    public Collection<XAResource> open() {
        List<XAResource> open = new ArrayList<>();
        for (XAResourceRecoveryHelper helper : helpers()) {
            try {
                add(open, helper.getXAResources());
            } catch (Exception | Error e) {
                LOG.debug("{} has no resource for recovery now", helper, e);
            }
        }
        for (XAResourceRecovery one : jtaPropertyManager.getJTAEnvironmentBean().getXaResourceRecoveries()) {
            try {
                while (one.hasMoreResources()) {
                    add(open, one.getXAResource());
                }
            } catch (Exception | Error e) {
                LOG.debug("{} has no resource for recovery now", one, e);
            }
        }
        return open;
    }

    private static void add(List<XAResource> open, @Nullable XAResource @Nullable ... some) {
        if (some != null) {
            for (XAResource resource : some) {
                if (resource != null) {
                    open.add(resource);
                }
            }
        }
    }
}
