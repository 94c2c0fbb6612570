/** The portable extension: which beans there are, and when they live. Nothing depends on it. */
@NullMarked
package io.github.postgresxa.cdi.container;

import org.jspecify.annotations.NullMarked;
