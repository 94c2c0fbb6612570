package io.github.postgresxa.samples.bank.money;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.InitializingBean;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;

/** Opens each bank as soon as its node answers. A node that is down at the start does not stop the application. */
@Component
final class OpeningHours implements InitializingBean {

    private static final Logger LOG = LoggerFactory.getLogger(OpeningHours.class);

    private final List<Bank> closed;

    OpeningHours(Banks banks) {
        this.closed = new CopyOnWriteArrayList<>(banks.all());
    }

    /** Runs before the first request. */
    @Override
    public void afterPropertiesSet() {
        closed.forEach(bank -> {
            if (!opens(bank)) {
                LOG.warn("The bank on {} stays closed until its node lets it open", bank.node());
            }
        });
    }

    @Scheduled(initialDelay = 1, fixedDelay = 1, timeUnit = TimeUnit.SECONDS)
    void openOthers() {
        closed.stream().filter(this::opens).forEach(bank -> LOG.info("The bank on {} is open", bank.node()));
    }

    private boolean opens(Bank bank) {
        try {
            bank.open();
            return closed.remove(bank);
        } catch (RuntimeException e) {
            LOG.debug("The bank on {} cannot open yet", bank.node(), e);
            return false;
        }
    }
}
