package io.github.postgresxa.manager.verbs;

import io.github.postgresxa.manager.verbs.Fault.Effect;
import io.github.postgresxa.manager.verbs.Fault.Extra;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Supplier;
import javax.transaction.xa.XAException;
import javax.transaction.xa.XAResource;

/** All scenarios, and those that every build runs. */
final class Scenarios {

    private static final Map<String, Integer> ROLLED_BACK = Map.of(
            "XA_RBROLLBACK", XAException.XA_RBROLLBACK,
            "XA_RBCOMMFAIL", XAException.XA_RBCOMMFAIL,
            "XA_RBDEADLOCK", XAException.XA_RBDEADLOCK,
            "XA_RBINTEGRITY", XAException.XA_RBINTEGRITY,
            "XA_RBOTHER", XAException.XA_RBOTHER,
            "XA_RBPROTO", XAException.XA_RBPROTO,
            "XA_RBTIMEOUT", XAException.XA_RBTIMEOUT,
            "XA_RBTRANSIENT", XAException.XA_RBTRANSIENT);

    private static final Map<String, Integer> ERRORS = new LinkedHashMap<>(Map.of(
            "XAER_RMERR", XAException.XAER_RMERR,
            "XAER_RMFAIL", XAException.XAER_RMFAIL,
            "XAER_NOTA", XAException.XAER_NOTA,
            "XAER_PROTO", XAException.XAER_PROTO,
            "XAER_INVAL", XAException.XAER_INVAL,
            "XAER_ASYNC", XAException.XAER_ASYNC,
            "XAER_OUTSIDE", XAException.XAER_OUTSIDE,
            "XAER_DUPID", XAException.XAER_DUPID,
            "XA_RETRY", XAException.XA_RETRY,
            "no code", 0));

    private static final Map<String, Integer> HEURISTICS = Map.of(
            "XA_HEURCOM", XAException.XA_HEURCOM,
            "XA_HEURRB", XAException.XA_HEURRB,
            "XA_HEURMIX", XAException.XA_HEURMIX,
            "XA_HEURHAZ", XAException.XA_HEURHAZ);

    private static final List<Supplier<Throwable>> THROWN = List.of(
            () -> new IllegalStateException("the resource is broken"),
            StackOverflowError::new,
            () -> new OutOfMemoryError("the resource has no memory"),
            () -> new NoClassDefFoundError("resource/Missing"));

    private static final List<String> SAMPLE = List.of(
            "COMMIT, before the nodes: START StackOverflowError DONE",
            "COMMIT, after the nodes: START  INTERRUPT",
            "COMMIT, after the nodes: COMMIT XAER_NOTA ROLLS_BACK",
            "COMMIT, after the nodes: IS_SAME_RM StackOverflowError NOT_DONE",
            "COMMIT, before the nodes: SET_TIMEOUT NoClassDefFoundError NOT_DONE",
            "COMMIT, before the nodes: END IllegalStateException NOT_DONE",
            "ROLLBACK, before the nodes: END OutOfMemoryError DONE",
            "REFUSED, after the nodes: END StackOverflowError NOT_DONE",
            "COMMIT, before the nodes: PREPARE StackOverflowError DONE",
            "COMMIT, after the nodes: PREPARE OutOfMemoryError DONE",
            "COMMIT, after the nodes: PREPARE no code DONE",
            "COMMIT, before the nodes: PREPARE XA_RBDEADLOCK ROLLS_BACK",
            "COMMIT, after the nodes: PREPARE  SLOW",
            "COMMIT, before the nodes: PREPARE XA_RDONLY READS",
            "COMMIT, before the nodes: COMMIT OutOfMemoryError NOT_DONE",
            "COMMIT, after the nodes: COMMIT StackOverflowError DONE once",
            "COMMIT, before the nodes: COMMIT XAER_RMFAIL NOT_DONE INTERRUPT once",
            "COMMIT, after the nodes: COMMIT XAER_RMFAIL DONE once",
            "COMMIT, before the nodes: COMMIT XA_HEURRB ROLLS_BACK",
            "COMMIT, after the nodes: COMMIT XAER_RMERR ROLLS_BACK",
            "COMMIT, before the nodes: COMMIT XAER_PROTO DONE",
            "READ, after the nodes: COMMIT_ONE_PHASE IllegalStateException DONE",
            "ALONE, before the nodes: COMMIT_ONE_PHASE IllegalStateException NOT_DONE",
            "ALONE, before the nodes: COMMIT_ONE_PHASE XA_RETRY NOT_DONE",
            "ALONE, before the nodes: COMMIT_ONE_PHASE NoClassDefFoundError DONE",
            "ROLLBACK, before the nodes: ROLLBACK StackOverflowError DONE",
            "ROLLBACK, after the nodes: ROLLBACK XA_HEURMIX MIXES",
            "REFUSED, before the nodes: ROLLBACK XAER_RMFAIL NOT_DONE once",
            "REFUSED, after the nodes: ROLLBACK OutOfMemoryError DONE",
            "COMMIT, after the nodes: RECOVER XAER_RMFAIL NOT_DONE",
            "COMMIT, before the nodes: FORGET NoClassDefFoundError NOT_DONE");

    private Scenarios() {}

    static List<Scenario> all() {
        List<Scenario> all = new ArrayList<>();
        for (boolean before : new boolean[] {true, false}) {
            begin(all, before);
            end(all, before);
            phases(all, before);
            recovery(all, before);
        }
        for (Fault fault : faults(Verb.COMMIT_ONE_PHASE)) {
            all.add(new Scenario(Play.ALONE, true, Verb.COMMIT_ONE_PHASE, fault));
        }
        return all;
    }

    /** {@return those that every build runs: each kind of failure once, at the verb where it does the most harm} */
    static List<Scenario> sample() {
        Set<String> chosen = new HashSet<>(SAMPLE);
        List<Scenario> sample =
                all().stream().filter(s -> chosen.remove(s.name())).toList();
        if (!chosen.isEmpty()) {
            throw new IllegalStateException("no such scenario: " + chosen);
        }
        return sample;
    }

    private static void add(List<Scenario> all, Play play, boolean before, Verb verb, List<Fault> faults) {
        faults.forEach(f -> all.add(new Scenario(play, before, verb, f)));
    }

    private static void begin(List<Scenario> all, boolean before) {
        for (Verb verb : List.of(Verb.SET_TIMEOUT, Verb.START, Verb.IS_SAME_RM)) {
            List<Fault> faults = new ArrayList<>();
            ERRORS.forEach((name, code) -> both(faults, name, code));
            ROLLED_BACK.forEach((name, code) -> faults.add(Fault.code(name, code, Effect.NOT_DONE)));
            thrown(faults);
            extras(faults);
            add(all, Play.COMMIT, before, verb, faults);
        }
    }

    private static void end(List<Scenario> all, boolean before) {
        List<Fault> faults = new ArrayList<>();
        ERRORS.forEach((name, code) -> both(faults, name, code));
        ROLLED_BACK.forEach((name, code) -> faults.add(Fault.code(name, code, Effect.ROLLS_BACK)));
        ROLLED_BACK.forEach((name, code) -> faults.add(Fault.code(name, code, Effect.DONE)));
        thrown(faults);
        extras(faults);
        for (Play play : List.of(Play.COMMIT, Play.ROLLBACK, Play.REFUSED)) {
            add(all, play, before, Verb.END, faults);
        }
    }

    private static void phases(List<Scenario> all, boolean before) {
        add(all, Play.COMMIT, before, Verb.PREPARE, faults(Verb.PREPARE));
        add(all, Play.READ, before, Verb.PREPARE, faults(Verb.PREPARE));
        add(all, Play.COMMIT, before, Verb.COMMIT, faults(Verb.COMMIT));
        add(all, Play.READ, before, Verb.COMMIT, faults(Verb.COMMIT));
        add(all, Play.READ, before, Verb.COMMIT_ONE_PHASE, faults(Verb.COMMIT_ONE_PHASE));
        add(all, Play.ROLLBACK, before, Verb.ROLLBACK, faults(Verb.ROLLBACK));
        add(all, Play.REFUSED, before, Verb.ROLLBACK, faults(Verb.ROLLBACK));
    }

    /** {@return what can happen at a verb of the two phases} */
    private static List<Fault> faults(Verb verb) {
        List<Fault> faults = new ArrayList<>();
        ERRORS.forEach((name, code) -> both(faults, name, code));
        for (String gone : List.of("XAER_RMERR", "XAER_NOTA", "XAER_RMFAIL")) {
            faults.add(Fault.code(gone, Objects.requireNonNull(ERRORS.get(gone)), Effect.ROLLS_BACK));
        }
        ROLLED_BACK.forEach((name, code) -> faults.add(Fault.code(name, code, Effect.ROLLS_BACK)));
        faults.add(Fault.code("XA_RBROLLBACK", XAException.XA_RBROLLBACK, Effect.NOT_DONE));
        faults.add(Fault.code("XA_HEURCOM", XAException.XA_HEURCOM, Effect.COMMITS));
        faults.add(Fault.code("XA_HEURRB", XAException.XA_HEURRB, Effect.ROLLS_BACK));
        faults.add(Fault.code("XA_HEURMIX", XAException.XA_HEURMIX, Effect.MIXES));
        faults.add(Fault.code("XA_HEURHAZ", XAException.XA_HEURHAZ, Effect.MIXES));
        thrown(faults);
        extras(faults);
        if (verb == Verb.PREPARE) {
            faults.add(Fault.answer("XA_RDONLY", XAResource.XA_RDONLY, Effect.READS));
            faults.add(Fault.answer("a vote that does not exist", 4711, Effect.DONE));
        }
        Fault lost = Fault.code("XAER_RMFAIL", XAException.XAER_RMFAIL, Effect.DONE);
        Fault refused = Fault.code("XAER_RMFAIL", XAException.XAER_RMFAIL, Effect.NOT_DONE);
        faults.add(lost.once());
        faults.add(refused.once());
        faults.add(refused.with(Extra.INTERRUPT));
        faults.add(refused.with(Extra.INTERRUPT).once());
        faults.add(lost.with(Extra.INTERRUPT));
        faults.add(refused.with(Extra.SLOW).once());
        return faults;
    }

    /** It has ended on its own, or its reply is lost, and then it fails for recovery, too. */
    private static void recovery(List<Scenario> all, boolean before) {
        List<Fault> faults = new ArrayList<>();
        ERRORS.forEach((name, code) -> both(faults, name, code));
        thrown(faults);
        add(all, Play.COMMIT, before, Verb.FORGET, faults);
        add(all, Play.COMMIT, before, Verb.RECOVER, faults);
    }

    private static void both(List<Fault> faults, String name, int code) {
        faults.add(Fault.code(name, code, Effect.NOT_DONE));
        if (code != XAException.XA_RETRY) {
            faults.add(Fault.code(name, code, Effect.DONE));
        }
    }

    private static void thrown(List<Fault> faults) {
        for (Supplier<Throwable> failure : THROWN) {
            faults.add(Fault.thrown(failure, Effect.NOT_DONE));
            faults.add(Fault.thrown(failure, Effect.DONE));
        }
        faults.add(Fault.thrown(THROWN.get(0), Effect.NOT_DONE).once());
        faults.add(Fault.thrown(THROWN.get(1), Effect.DONE).once());
    }

    private static void extras(List<Fault> faults) {
        Fault done = new Fault("", Effect.DONE, null, 0, Extra.NOTHING, Fault.ALWAYS);
        faults.add(done.with(Extra.INTERRUPT));
        faults.add(done.with(Extra.SLOW));
    }
}
