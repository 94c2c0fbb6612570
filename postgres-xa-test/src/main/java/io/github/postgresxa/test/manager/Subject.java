package io.github.postgresxa.test.manager;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** What a group of claims is about. */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@interface Subject {
    String value();
}
