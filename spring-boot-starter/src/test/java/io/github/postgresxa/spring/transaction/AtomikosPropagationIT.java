package io.github.postgresxa.spring.transaction;

import io.github.postgresxa.test.manager.KnownManager;

/** The embedded Atomikos. */
class AtomikosPropagationIT extends EmbeddedManagerPropagation {

    AtomikosPropagationIT() {
        super(KnownManager.ATOMIKOS, "atomikos");
    }
}
