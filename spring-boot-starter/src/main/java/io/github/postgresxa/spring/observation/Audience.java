package io.github.postgresxa.spring.observation;

import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationHandler;
import io.micrometer.observation.ObservationHandler.CompositeObservationHandler;
import io.micrometer.observation.ObservationRegistry;
import io.micrometer.observation.ObservationRegistry.ObservationConfig;
import io.micrometer.tracing.handler.TracingAwareMeterObservationHandler;
import io.micrometer.tracing.handler.TracingObservationHandler.TracingContext;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.util.Collection;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What the handlers of a registry make of the steps of a transaction. An observation costs several microseconds and
 * kilobytes, so a step that no handler shows is not observed.
 *
 * <p>A registry does not tell its handlers, so they are read by reflection, and Micrometer's own are known by their
 * names, because only some of them are on the class path. What is not known counts as {@link #EVERYTHING}, and so does
 * a global convention, which may give steps a name that no filter drops.
 */
enum Audience {
    /** There are only meters, and a filter drops those of steps. */
    TRANSACTIONS,

    /** There is a tracer, too, which shows steps where it records the span of their transaction. */
    RECORDED_STEPS,

    /** There is a handler that may show anything. */
    EVERYTHING;

    private static final String METERS = "io.micrometer.core.instrument.observation.DefaultMeterObservationHandler";

    private static final String TRACING = "io.micrometer.tracing.handler.";

    private static final String METERS_IN_SPANS = TRACING + "TracingAwareMeterObservationHandler";

    private static final Set<String> TRACERS = Set.of(
            TRACING + "DefaultTracingObservationHandler",
            TRACING + "PropagatingReceiverTracingObservationHandler",
            TRACING + "PropagatingSenderTracingObservationHandler");

    private static final @Nullable MethodHandle HANDLERS = get("getObservationHandlers");

    private static final @Nullable MethodHandle CONVENTIONS = get("getObservationConventions");

    static Audience of(ObservationRegistry registry) {
        Object handlers = invoke(HANDLERS, registry.observationConfig());
        Object conventions = invoke(CONVENTIONS, registry.observationConfig());
        return handlers instanceof Collection<?> known
                        && conventions instanceof Collection<?> others
                        && others.isEmpty()
                ? widest(known)
                : EVERYTHING;
    }

    private static Audience widest(Collection<?> handlers) {
        Audience widest = TRANSACTIONS;
        for (Object handler : handlers) {
            Audience one = of(handler);
            if (one.compareTo(widest) > 0) {
                widest = one;
            }
        }
        return widest;
    }

    private static Audience of(@Nullable Object handler) {
        if (handler == null) {
            return EVERYTHING;
        }
        if (handler.getClass() == ObservationHandler.FirstMatchingCompositeObservationHandler.class
                || handler.getClass() == ObservationHandler.AllMatchingCompositeObservationHandler.class) {
            return widest(((CompositeObservationHandler) handler).getHandlers());
        }
        String type = handler.getClass().getName();
        if (type.equals(METERS)) {
            return TRANSACTIONS;
        }
        if (type.equals(METERS_IN_SPANS)) {
            return of(invoke(Spans.METERS_INSIDE, handler));
        }
        return TRACERS.contains(type) ? RECORDED_STEPS : EVERYTHING;
    }

    /** {@return whether steps of a transaction are to be observed} The observation of the transaction has begun. */
    boolean seesStepsOf(Observation.Context transaction) {
        return switch (this) {
            case TRANSACTIONS -> false;
            case RECORDED_STEPS -> Spans.recorded(transaction);
            case EVERYTHING -> true;
        };
    }

    private static @Nullable MethodHandle get(String name) {
        try {
            Method get = ObservationConfig.class.getDeclaredMethod(name);
            get.setAccessible(true);
            return MethodHandles.lookup().unreflect(get);
        } catch (ReflectiveOperationException | RuntimeException e) {
            return null; // Another version of Micrometer, or a module or native image that does not allow it.
        }
    }

    private static @Nullable Object invoke(@Nullable MethodHandle method, Object on) {
        try {
            return method == null ? null : method.invoke(on);
        } catch (Throwable e) {
            return null;
        }
    }

    /** Reads what belongs to a tracer. Loaded only where there is one. */
    private static final class Spans {

        static final @Nullable MethodHandle METERS_INSIDE = metersInside();

        private Spans() {}

        private static @Nullable MethodHandle metersInside() {
            try {
                Field delegate = TracingAwareMeterObservationHandler.class.getDeclaredField("delegate");
                delegate.setAccessible(true);
                return MethodHandles.lookup().unreflectGetter(delegate);
            } catch (ReflectiveOperationException | RuntimeException e) {
                return null;
            }
        }

        static boolean recorded(Observation.Context transaction) {
            TracingContext tracing = transaction.get(TracingContext.class);
            return tracing == null
                    || tracing.getSpan() == null
                    || !tracing.getSpan().isNoop();
        }
    }
}
