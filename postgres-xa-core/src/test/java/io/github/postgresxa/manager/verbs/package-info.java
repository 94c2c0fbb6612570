/** Another XA resource takes part in the transaction, and fails at any of its verbs in any way. */
@NullMarked
package io.github.postgresxa.manager.verbs;

import org.jspecify.annotations.NullMarked;
