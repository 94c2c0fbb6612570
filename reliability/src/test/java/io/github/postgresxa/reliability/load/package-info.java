/**
 * The workload, the clients' log and the audits that every suite shares: which client did what, what it got as a
 * reply, and what the servers contain.
 */
@NullMarked
package io.github.postgresxa.reliability.load;

import org.jspecify.annotations.NullMarked;
