/** An update of a running application from an earlier version of this library, one instance after the other. */
@NullMarked
package io.github.postgresxa.reliability.rolling;

import org.jspecify.annotations.NullMarked;
