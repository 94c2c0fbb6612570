/** Checks what operators get beside the code: dashboard, alert rules, runbook, queries. */
@NullMarked
package io.github.postgresxa.spring.operations;

import org.jspecify.annotations.NullMarked;
