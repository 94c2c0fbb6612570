/**
 * Faults on the wire between an application and a node, at a message that the test chooses.
 *
 * <p>A {@link io.github.postgresxa.test.fault.FaultProxy} sits in front of a node and reads PostgreSQL's message
 * frames. A {@link io.github.postgresxa.test.fault.FaultPlan}, shared by any number of proxies, says at which message
 * what happens.
 *
 * <p>{@link io.github.postgresxa.test.fault.BrokenSockets} make the driver itself break while the connection stays in
 * order.
 */
@NullMarked
package io.github.postgresxa.test.fault;

import org.jspecify.annotations.NullMarked;
