@NullMarked
package io.github.postgresxa.manager.narayana;

import org.jspecify.annotations.NullMarked;
