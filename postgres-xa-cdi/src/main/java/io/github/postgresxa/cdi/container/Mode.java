package io.github.postgresxa.cdi.container;

import jakarta.enterprise.inject.spi.AfterBeanDiscovery;
import jakarta.enterprise.inject.spi.BeanManager;

/** What becomes of the nodes of an application, by {@code postgres.xa.mode}: its beans, and when they live. */
interface Mode {

    /** Adds the beans. */
    void addBeans(AfterBeanDiscovery event);

    /** Starts, after the beans of the application are valid. */
    void start(BeanManager beans);

    /** The application is ready. */
    void ready();

    /** A request of the application ends on the calling thread. */
    void requestEnds();

    /** The application is about to end: waits for what is under way. */
    void settle();

    /** Ends, after the beans of the application. */
    void end();
}
