package io.github.postgresxa.spring.transaction;

import io.github.postgresxa.test.manager.KnownManager;
import org.junit.jupiter.api.Tag;

/** The embedded Narayana. */
@Tag("narayana")
class NarayanaPropagationIT extends EmbeddedManagerPropagation {

    NarayanaPropagationIT() {
        super(KnownManager.NARAYANA, "narayana");
    }
}
