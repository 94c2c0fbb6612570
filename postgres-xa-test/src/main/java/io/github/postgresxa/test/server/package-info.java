/** How servers are run: as processes of this machine or as containers. Not API: use the package above. */
@NullMarked
package io.github.postgresxa.test.server;

import org.jspecify.annotations.NullMarked;
