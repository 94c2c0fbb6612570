package io.github.postgresxa.transaction;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.postgresxa.CommitStep;
import io.github.postgresxa.InvalidConfigurationException;
import io.github.postgresxa.node.Experience;
import io.github.postgresxa.transaction.HomeChoice.Form;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.DoubleStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which writer becomes the home, given what was measured. The first of the writers was used first. */
class MeasuredHomeTests {

    private static final int MANY = 40;

    /** Nodes so many milliseconds away; 0.1 ms more for the disk of each. */
    private static Experience[] nodes(double... millis) {
        return DoubleStream.of(millis).mapToObj(MeasuredHomeTests::node).toArray(Experience[]::new);
    }

    private static Experience node(double millis) {
        Experience node = new Experience();
        for (int i = 0; i < MANY; i++) {
            node.answered(nanos(millis));
            node.done(CommitStep.PREPARE, nanos(millis + 0.1));
            node.done(CommitStep.FINISH, nanos(millis + 0.1));
        }
        return node;
    }

    private static long nanos(double millis) {
        return (long) (millis * 1e6);
    }

    private static int home(Experience... nodes) {
        return MeasuredHome.shortest(nodes, Form.FINISHED);
    }

    @ParameterizedTest
    @CsvSource({"0.2, 20, 1", "20, 0.2, 0", "20, 20, 0", "0.2, 0.3, 0", "20, 21, 0", "0.2, 1, 1"})
    void ofTwoWritersTheFartherIfItIsClearlyFarther(double first, double second, int home) {
        assertThat(home(nodes(first, second))).isEqualTo(home);
    }

    @ParameterizedTest
    @CsvSource({"1, 20, 60, 2", "1, 60, 20, 1", "20, 1, 60, 2", "60, 1, 20, 0", "20, 60, 1, 1", "60, 20, 1, 0"})
    void ofThreeRegionsTheFarthestWhereverItWasUsed(double first, double second, double third, int home) {
        assertThat(home(nodes(first, second, third))).isEqualTo(home);
    }

    @Test
    void notTheFarthestWhereTwoAreEquallyFar() {
        // 20 + 1 + 20 ms with the near one, 20 + 20 + 20 with one of the far ones.
        assertThat(home(nodes(20, 20, 1))).isEqualTo(2);
        assertThat(home(nodes(1, 20, 20))).isZero();
    }

    @Test
    void theDiskAndTheStandbyCountLikeDistance() {
        Experience waitsForItsStandby = new Experience();
        for (int i = 0; i < MANY; i++) {
            waitsForItsStandby.answered(nanos(0.2));
            waitsForItsStandby.done(CommitStep.DECIDE, nanos(15));
        }
        assertThat(home(node(0.2), waitsForItsStandby)).isOne();
    }

    @Test
    void theFirstWhileLittleIsKnown() {
        assertThat(home(new Experience(), node(20))).isZero();
        assertThat(home(node(0.2), new Experience())).isZero();
    }

    @Test
    void recoverysAnswersAreEnough() {
        Experience near = new Experience();
        Experience far = new Experience();
        for (int i = 0; i < MANY; i++) {
            near.answered(nanos(0.2));
            far.answered(nanos(20));
        }
        assertThat(home(near, far)).isOne();
        assertThat(home(far, near)).isZero();
    }

    @Test
    void stepsAndBareRoundTripsAreNotCompared() {
        Experience neverWritten = new Experience();
        for (int i = 0; i < MANY; i++) {
            neverWritten.answered(nanos(0.2));
        }
        Experience slowDisk = new Experience();
        for (int i = 0; i < MANY; i++) {
            slowDisk.answered(nanos(0.2));
            slowDisk.done(CommitStep.PREPARE, nanos(10));
        }
        assertThat(home(neverWritten, slowDisk)).isZero();
    }

    @Test
    void aNodeThatCouldNotDecideOnlyWhereItWasUsedFirst() {
        Experience far = node(20);
        far.refusedToDecide("23502");
        assertThat(home(node(0.2), far)).isZero();
        assertThat(home(far, node(0.2))).isZero();
        Experience near = node(0.2);
        near.refusedToDecide("42501");
        assertThat(MeasuredHome.shortest(new Experience[] {node(20), near}, Form.SUBORDINATE))
                .as("a subordinate's decision has a transaction of its own")
                .isOne();
    }

    @Test
    void theFirstWhereItsWorkCouldNotBePrepared() {
        Experience notifies = node(0.2);
        notifies.refusedToPrepare("0A000");
        assertThat(home(notifies, node(20))).isZero();
        assertThat(home(node(0.2), node(20), notifies)).isOne();
    }

    @Test
    void otherRefusalsMeanNothing() {
        Experience near = node(0.2);
        Experience far = node(20);
        near.refusedToPrepare("40001");
        far.refusedToDecide("40001");
        assertThat(home(near, far)).isOne();
    }

    @Test
    void aSubordinatesHomeIsTheNearest() {
        // All are prepared; the home is asked once more, for the manager's decision.
        assertThat(MeasuredHome.shortest(nodes(20, 0.2), Form.SUBORDINATE)).isOne();
        assertThat(MeasuredHome.shortest(nodes(0.2, 20), Form.SUBORDINATE)).isZero();
        assertThat(MeasuredHome.shortest(nodes(20, 60, 1), Form.SUBORDINATE)).isEqualTo(2);
    }

    @ParameterizedTest
    @CsvSource({"1, 20, 60, 0", "60, 20, 1, 2", "20, 60, 1, 2"})
    void whereTheCallerWaitsForTheDecisionOnlyTheNearest(double first, double second, double third, int home) {
        // 60 + 1 ms with the nearest, 20 + 60 ms with the farthest.
        assertThat(MeasuredHome.shortest(nodes(first, second, third), Form.DECIDED))
                .isEqualTo(home);
    }

    @Test
    void ofTwoWritersTheFirstWhereTheCallerWaitsForTheDecisionOnly() {
        assertThat(MeasuredHome.shortest(nodes(0.2, 20), Form.DECIDED)).isZero();
        assertThat(MeasuredHome.shortest(nodes(20, 0.2), Form.DECIDED)).isZero();
    }

    @ParameterizedTest
    @CsvSource({"1.0, 1", "4.0, 2", "0.3, 3"})
    void noiseDoesNotMakeEquallyDistantNodesTakeTurns(double millis, long seed) {
        Experience[] nodes = {new Experience(), new Experience()};
        SplittableRandom random = new SplittableRandom(seed);
        int changed = 0;
        for (int i = 0; i < 20_000; i++) {
            int home = home(nodes);
            changed += home == 0 ? 0 : 1;
            nodes[1 - home].done(CommitStep.PREPARE, noisy(millis, random));
            nodes[home].done(CommitStep.DECIDE, noisy(millis, random));
            nodes[1 - home].done(CommitStep.FINISH, noisy(millis, random));
        }
        assertThat(changed).isZero();
    }

    /** Mostly up to half more; one in ten is up to ten times as long, as flushes are that wait for others. */
    private static long noisy(double millis, SplittableRandom random) {
        double factor = random.nextInt(10) == 0 ? 1 + random.nextDouble(9) : 1 + random.nextDouble(0.5);
        return nanos(millis * factor);
    }

    @Test
    void noiseDoesNotMakeTheChoiceOfAFarNodeFlap() {
        Experience[] nodes = {new Experience(), new Experience()};
        SplittableRandom random = new SplittableRandom(11);
        int changes = 0;
        int last = 0;
        for (int i = 0; i < 20_000; i++) {
            int home = home(nodes);
            changes += home == last ? 0 : 1;
            last = home;
            for (int node = 0; node < 2; node++) {
                long distance = nanos(node == 0 ? 0.2 : 20);
                nodes[node].done(home == node ? CommitStep.DECIDE : CommitStep.PREPARE, distance + noisy(1, random));
            }
        }
        assertThat(changes).isOne();
        assertThat(last).isOne();
    }

    @Test
    void aNodeThatDoesNotExistIsRefusedWithWhatExists() {
        assertThatThrownBy(() -> HomeChoice.of("north", Arrays.asList("east", "west")))
                .isInstanceOf(InvalidConfigurationException.class)
                .hasMessageContaining("'north'")
                .hasMessageContaining("[east, west]");
        assertThat(HomeChoice.of("west", List.of("east", "west"))).isNotNull();
        assertThat(HomeChoice.of("auto", List.of("east"))).isNotNull();
        assertThat(HomeChoice.of("", List.of("east"))).isNotNull();
        assertThat(HomeChoice.of("first-used", List.of("east"))).isNotNull();
    }
}
