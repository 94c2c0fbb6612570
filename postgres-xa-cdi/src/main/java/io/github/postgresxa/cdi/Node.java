package io.github.postgresxa.cdi;

import jakarta.enterprise.util.AnnotationLiteral;
import jakarta.inject.Qualifier;
import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Chooses the node whose {@link javax.sql.DataSource} is injected. Without a qualifier it is the primary one's.
 *
 * <pre>{@code
 * @Inject @Node("west") DataSource west;
 * }</pre>
 */
@Qualifier
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.FIELD, ElementType.METHOD, ElementType.PARAMETER, ElementType.TYPE})
public @interface Node {

    /** {@return the node's configured name} */
    String value();

    /** The qualifier of a node, for lookups in code. */
    final class Literal extends AnnotationLiteral<Node> implements Node {

        private static final long serialVersionUID = 1L;

        private final String value;

        private Literal(String value) {
            this.value = value;
        }

        /**
         * Creates the qualifier of a node.
         *
         * @param node its configured name
         * @return the qualifier
         */
        public static Literal of(String node) {
            return new Literal(node);
        }

        @Override
        public String value() {
            return value;
        }
    }
}
