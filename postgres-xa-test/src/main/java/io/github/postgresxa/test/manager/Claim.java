package io.github.postgresxa.test.manager;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.Test;

/** Marks a test that proves something on which applications may rely. */
@Documented
@Test
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
public @interface Claim {

    /** {@return what applications may rely on, as the documentation says it} */
    String value();

    /** {@return where managers differ; the test then proves what a manager with that difference does} */
    Difference[] differs() default {};
}
