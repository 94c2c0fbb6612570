@NullMarked
package io.github.postgresxa.manager.atomikos;

import org.jspecify.annotations.NullMarked;
