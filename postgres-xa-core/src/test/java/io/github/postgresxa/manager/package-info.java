@NullMarked
package io.github.postgresxa.manager;

import org.jspecify.annotations.NullMarked;
