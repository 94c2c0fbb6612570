/** Tests of what an application may send: SQL that controls transactions. */
@NullMarked
package io.github.postgresxa.datasource;

import org.jspecify.annotations.NullMarked;
