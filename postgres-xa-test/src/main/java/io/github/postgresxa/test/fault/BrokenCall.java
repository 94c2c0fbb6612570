package io.github.postgresxa.test.fault;

import java.util.Optional;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** One failure of a socket call, armed by {@link BrokenSockets}. It strikes once. */
public final class BrokenCall {

    private final Predicate<SocketCall> which;
    private final SocketMoment moment;
    private final Supplier<? extends Throwable> what;
    private int left;
    private volatile @Nullable SocketCall call;
    private volatile boolean fired;

    BrokenCall(Predicate<SocketCall> which, int number, SocketMoment moment, Supplier<? extends Throwable> what) {
        this.which = which;
        this.left = number;
        this.moment = moment;
        this.what = what;
    }

    /** Called for every call, one at a time. */
    boolean claims(SocketCall candidate) {
        if (left == 0 || candidate.isWrite() != moment.isWrite() || !which.test(candidate) || --left > 0) {
            return false;
        }
        call = candidate;
        return true;
    }

    SocketMoment moment() {
        return moment;
    }

    /** Throws the exception even where the caller's signature does not declare it. */
    void strike() {
        fired = true;
        throwUnchecked(what.get());
    }

    @SuppressWarnings("unchecked")
    private static <T extends Throwable> void throwUnchecked(Throwable thrown) throws T {
        throw (T) thrown;
    }

    /** {@return the call that it breaks; empty until that call is made} */
    public Optional<SocketCall> call() {
        return Optional.ofNullable(call);
    }

    /** {@return whether it has thrown its exception} */
    public boolean hasFired() {
        return fired;
    }

    @Override
    public String toString() {
        SocketCall at = call;
        return "break %s of %s%s"
                .formatted(moment, at == null ? "a call that was not made yet" : at, fired ? "" : ", not struck yet");
    }
}
