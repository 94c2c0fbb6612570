/** The public API. Applications import only this package; everything below it may change between versions. */
@NullMarked
package io.github.postgresxa;

import org.jspecify.annotations.NullMarked;
