/**
 * The front door and the public words. This is the only package that applications import; everything below it may change
 * between versions.
 */
@NullMarked
package io.github.postgresxa;

import org.jspecify.annotations.NullMarked;
