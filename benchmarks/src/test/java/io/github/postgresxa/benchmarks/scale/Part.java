package io.github.postgresxa.benchmarks.scale;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * One measurement of the suite. {@code -Dscale.only=recovery,log} chooses some of them by these names; by default all
 * run.
 */
@Documented
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(PartChosen.class)
public @interface Part {

    /** {@return its name} */
    String value();
}
