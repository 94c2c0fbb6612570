/** Tests of one node's part of a transaction: how it reads replies. */
@NullMarked
package io.github.postgresxa.branch;

import org.jspecify.annotations.NullMarked;
