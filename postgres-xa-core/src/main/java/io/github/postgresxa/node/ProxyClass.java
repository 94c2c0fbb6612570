package io.github.postgresxa.node;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;

/**
 * The proxies of one interface. {@link Proxy#newProxyInstance} looks for their class, and for access to it, each time;
 * here that is done once.
 *
 * <p>For objects below the pool alone. Who makes a proxy of an application's object with all its interfaces, over
 * another class loader, could not do so with one that only our package sees.
 *
 * @param <T> the interface
 */
final class ProxyClass<T> {

    private static final MethodType CONSTRUCTOR = MethodType.methodType(void.class, InvocationHandler.class);
    private static final MethodType NEW = MethodType.methodType(Object.class, InvocationHandler.class);

    private final Class<T> type;
    private final MethodHandle constructor;

    /**
     * Makes the class.
     *
     * @param place the caller's own view
     * @param type the interface
     * @param mark an interface without methods that only the caller's package sees: so the proxies belong to that
     *     package, which may create them
     */
    ProxyClass(MethodHandles.Lookup place, Class<T> type, Class<?> mark) {
        this.type = type;
        Object one = Proxy.newProxyInstance(
                mark.getClassLoader(), new Class<?>[] {type, mark}, (proxy, method, args) -> null);
        try {
            this.constructor =
                    place.findConstructor(one.getClass(), CONSTRUCTOR).asType(NEW);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("no proxies for " + type.getName(), e);
        }
    }

    /**
     * Creates a proxy.
     *
     * @param handler what handles its calls
     * @return the proxy
     */
    T create(InvocationHandler handler) {
        try {
            return type.cast((Object) constructor.invokeExact(handler));
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException("not reached: the constructor of a proxy declares nothing", e);
        }
    }

    /**
     * Checks an object.
     *
     * @param object any object
     * @return whether it is one of the interface
     */
    boolean fits(Object object) {
        return type.isInstance(object);
    }
}
