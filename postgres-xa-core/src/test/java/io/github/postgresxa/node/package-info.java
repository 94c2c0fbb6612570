/** Tests of pools, sessions and the hand-over of tasks. */
@NullMarked
package io.github.postgresxa.node;

import org.jspecify.annotations.NullMarked;
