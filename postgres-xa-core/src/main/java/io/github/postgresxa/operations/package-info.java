/**
 * What an operator sees and does, with or without a running application: check nodes, list what is prepared and whose
 * it is, explain one transaction, settle it by hand. Public, as the root package is.
 */
@NullMarked
package io.github.postgresxa.operations;

import org.jspecify.annotations.NullMarked;
