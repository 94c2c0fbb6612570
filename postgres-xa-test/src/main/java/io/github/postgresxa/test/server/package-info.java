/** Runs servers, as processes of this machine or in containers. Not API: use the package above. */
@NullMarked
package io.github.postgresxa.test.server;

import org.jspecify.annotations.NullMarked;
